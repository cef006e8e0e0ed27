package io.pulsewarden.registry.testing;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HexFormat;
import java.util.UUID;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate and its key, from nobody's authority or from a manufacturer's. */
public record HomeMade(X509Certificate certificate, KeyPair keys) {

  /** One with a device's names that no CA of ours signed. */
  public static HomeMade device(UUID device, UUID organisation, Instant from, Instant until) {
    X500Name name =
        new X500NameBuilder(BCStyle.INSTANCE)
            .addRDN(BCStyle.O, organisation.toString())
            .addRDN(BCStyle.CN, device.toString())
            .build();
    KeyPair keys = Csr.ec("secp256r1");
    X509v3CertificateBuilder builder = builder(name, name, keys, from, until);
    add(
        builder,
        Extension.subjectAlternativeName,
        new GeneralNames(
            new GeneralName(GeneralName.uniformResourceIdentifier, "urn:uuid:" + device)));
    return sign(builder, keys, keys);
  }

  /** A manufacturer's authority. */
  public static HomeMade authority(String name) {
    KeyPair keys = Csr.ec("secp384r1");
    X500Name subject = new X500Name("CN=" + name);
    Instant now = Instant.parse("2020-01-01T00:00:00Z");
    X509v3CertificateBuilder builder =
        builder(subject, subject, keys, now, now.plus(Duration.ofDays(36_500)));
    add(builder, Extension.basicConstraints, new BasicConstraints(true));
    return sign(builder, keys, keys);
  }

  /** What a device has from its maker (IEEE 802.1AR). */
  public HomeMade idevId(String subject, Instant from, Instant until) {
    KeyPair own = Csr.ec("secp256r1");
    X509v3CertificateBuilder builder =
        builder(
            new X500Name(certificate.getSubjectX500Principal().getName()),
            new X500Name(subject),
            own,
            from,
            until);
    return sign(builder, own, keys);
  }

  public String fingerprint() {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static X509v3CertificateBuilder builder(
      X500Name issuer, X500Name subject, KeyPair keys, Instant from, Instant until) {
    return new JcaX509v3CertificateBuilder(
        issuer,
        new BigInteger(UUID.randomUUID().toString().replace("-", ""), 16),
        Date.from(from),
        Date.from(until),
        subject,
        keys.getPublic());
  }

  private static void add(
      X509v3CertificateBuilder builder,
      org.bouncycastle.asn1.ASN1ObjectIdentifier type,
      org.bouncycastle.asn1.ASN1Encodable value) {
    try {
      builder.addExtension(type, type.equals(Extension.basicConstraints), value);
    } catch (CertIOException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static HomeMade sign(X509v3CertificateBuilder builder, KeyPair own, KeyPair issuer) {
    try {
      return new HomeMade(
          new JcaX509CertificateConverter()
              .getCertificate(
                  builder.build(
                      new JcaContentSignerBuilder("SHA256withECDSA").build(issuer.getPrivate()))),
          own);
    } catch (GeneralSecurityException | OperatorCreationException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
