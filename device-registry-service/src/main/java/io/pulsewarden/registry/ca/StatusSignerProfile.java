package io.pulsewarden.registry.ca;

import java.math.BigInteger;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HexFormat;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;

/**
 * The certificate of a delegated OCSP signer, all but its signature. It lives a week and can't be
 * revoked: that is what ocsp-nocheck says (RFC 6960, section 4.2.2.2.1).
 */
final class StatusSignerProfile {

  static final Duration LIFETIME = Duration.ofDays(7);
  private static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(5);

  private StatusSignerProfile() {}

  static X509v3CertificateBuilder build(
      X509Certificate issuer, BigInteger serial, Instant now, PublicKey key)
      throws CertIOException, NoSuchAlgorithmException {
    Instant wanted = now.plus(LIFETIME);
    Instant issuerEnd = issuer.getNotAfter().toInstant();
    X509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            CaCertificates.subjectOf(issuer),
            serial,
            Date.from(now.minus(CLOCK_TOLERANCE)),
            Date.from(wanted.isAfter(issuerEnd) ? issuerEnd : wanted),
            subject(serial),
            key);
    JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
    builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
    builder.addExtension(
        Extension.extendedKeyUsage, true, new ExtendedKeyUsage(KeyPurposeId.id_kp_OCSPSigning));
    builder.addExtension(OCSPObjectIdentifiers.id_pkix_ocsp_nocheck, false, DERNull.INSTANCE);
    builder.addExtension(
        Extension.subjectKeyIdentifier, false, identifiers.createSubjectKeyIdentifier(key));
    builder.addExtension(
        Extension.authorityKeyIdentifier,
        false,
        identifiers.createAuthorityKeyIdentifier(issuer.getPublicKey()));
    return builder;
  }

  static X500Name subject(BigInteger mark) {
    byte[] bytes = mark.toByteArray();
    return new X500NameBuilder(BCStyle.INSTANCE)
        .addRDN(BCStyle.O, "Pulsewarden")
        .addRDN(
            BCStyle.CN, "Pulsewarden certificate status " + HexFormat.of().formatHex(bytes, 0, 4))
        .build();
  }
}
