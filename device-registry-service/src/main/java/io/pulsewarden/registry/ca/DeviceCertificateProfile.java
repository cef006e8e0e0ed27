package io.pulsewarden.registry.ca;

import java.math.BigInteger;
import java.net.URI;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.DistributionPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;

/** The device certificate of docs/formats/certificates.md, all but its signature. */
final class DeviceCertificateProfile {

  private static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(5);

  private final CertificateLifetime lifetime;
  private final StatusLocations locations;

  DeviceCertificateProfile(CertificateLifetime lifetime, StatusLocations locations) {
    this.lifetime = lifetime;
    this.locations = locations;
  }

  X509v3CertificateBuilder build(
      X509Certificate issuer, BigInteger serial, Instant now, DeviceName name, PublicKey key)
      throws CertIOException, CertificateEncodingException, NoSuchAlgorithmException {
    Instant wanted = now.plus(lifetime.duration());
    Instant issuerEnd = issuer.getNotAfter().toInstant();
    Instant notAfter = wanted.isAfter(issuerEnd) ? issuerEnd : wanted;
    X509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            CaCertificates.subjectOf(issuer),
            serial,
            Date.from(now.minus(CLOCK_TOLERANCE)),
            Date.from(notAfter),
            subject(name),
            key);
    JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
    builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
    builder.addExtension(
        Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_clientAuth));
    builder.addExtension(Extension.subjectAlternativeName, false, alternativeName(name));
    builder.addExtension(
        Extension.subjectKeyIdentifier, false, identifiers.createSubjectKeyIdentifier(key));
    builder.addExtension(
        Extension.authorityKeyIdentifier,
        false,
        identifiers.createAuthorityKeyIdentifier(issuer.getPublicKey()));
    addLocations(builder, issuer);
    return builder;
  }

  private void addLocations(X509v3CertificateBuilder builder, X509Certificate issuer)
      throws CertIOException {
    Optional<URI> ocsp = locations.ocsp();
    Optional<URI> crl = locations.crl(issuer);
    if (ocsp.isPresent()) {
      builder.addExtension(
          Extension.authorityInfoAccess,
          false,
          new AuthorityInformationAccess(AccessDescription.id_ad_ocsp, uri(ocsp.get())));
    }
    if (crl.isPresent()) {
      DistributionPointName name = new DistributionPointName(new GeneralNames(uri(crl.get())));
      builder.addExtension(
          Extension.cRLDistributionPoints,
          false,
          new CRLDistPoint(new DistributionPoint[] {new DistributionPoint(name, null, null)}));
    }
  }

  private static GeneralName uri(URI address) {
    return new GeneralName(GeneralName.uniformResourceIdentifier, address.toString());
  }

  private static X500Name subject(DeviceName name) {
    return new X500NameBuilder(BCStyle.INSTANCE)
        .addRDN(BCStyle.O, name.organisationId().toString())
        .addRDN(BCStyle.CN, name.deviceId().toString())
        .build();
  }

  private static GeneralNames alternativeName(DeviceName name) {
    return new GeneralNames(
        new GeneralName(GeneralName.uniformResourceIdentifier, "urn:uuid:" + name.deviceId()));
  }
}
