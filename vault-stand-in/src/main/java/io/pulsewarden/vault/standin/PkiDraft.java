package io.pulsewarden.vault.standin;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Objects;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.DistributionPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;

/** A certificate before and at its signature: what all of them have. */
final class PkiDraft {

  private final SecureRandom random = new SecureRandom();
  private final Clock clock;

  PkiDraft(Clock clock) {
    this.clock = clock;
  }

  X509v3CertificateBuilder of(
      X500Name issuer, X500Name subject, KeyPair keys, Duration back, Instant end) {
    return new X509v3CertificateBuilder(
        issuer,
        new BigInteger(159, random),
        Date.from(clock.instant().minus(back)),
        Date.from(end),
        subject,
        SubjectPublicKeyInfo.getInstance(keys.getPublic().getEncoded()));
  }

  X509v3CertificateBuilder of(
      X500Name issuer,
      X500Name subject,
      PKCS10CertificationRequest request,
      Duration back,
      Instant end) {
    return new X509v3CertificateBuilder(
        issuer,
        new BigInteger(159, random),
        Date.from(clock.instant().minus(back)),
        Date.from(end),
        subject,
        request.getSubjectPublicKeyInfo());
  }

  Instant end(PkiEngine.Issuer issuer, JsonNode body) throws PkiRefused {
    Instant end = Instant.parse(body.path("not_after").asText());
    if (end.isAfter(issuer.certificate.getNotAfter().toInstant())) {
      throw new PkiRefused(
          "cannot satisfy request, as TTL would result in notAfter beyond the CA's");
    }
    return end;
  }

  static void addresses(X509v3CertificateBuilder builder, PkiEngine.Issuer issuer)
      throws IOException {
    for (String responder : issuer.responders) {
      builder.addExtension(
          Extension.authorityInfoAccess,
          false,
          new AuthorityInformationAccess(
              AccessDescription.id_ad_ocsp,
              new GeneralName(GeneralName.uniformResourceIdentifier, responder)));
    }
    for (String list : issuer.lists) {
      builder.addExtension(
          Extension.cRLDistributionPoints,
          false,
          new CRLDistPoint(
              new DistributionPoint[] {
                new DistributionPoint(
                    new DistributionPointName(
                        new GeneralNames(
                            new GeneralName(GeneralName.uniformResourceIdentifier, list))),
                    null,
                    null)
              }));
    }
  }

  static X509Certificate sign(
      X509v3CertificateBuilder builder, PKCS10CertificationRequest request, PkiEngine.Issuer issuer)
      throws GeneralSecurityException, IOException, OperatorCreationException {
    JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
    builder.addExtension(
        Extension.subjectKeyIdentifier,
        false,
        identifiers.createSubjectKeyIdentifier(request.getSubjectPublicKeyInfo()));
    builder.addExtension(
        Extension.authorityKeyIdentifier,
        false,
        identifiers.createAuthorityKeyIdentifier(issuer.certificate.getPublicKey()));
    return new JcaX509CertificateConverter()
        .getCertificate(builder.build(PkiKeys.signer(Objects.requireNonNull(issuer.keys))));
  }

  static X509Certificate sign(X509v3CertificateBuilder builder, KeyPair subject, KeyPair issuer)
      throws GeneralSecurityException, IOException, OperatorCreationException {
    JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
    builder.addExtension(
        Extension.subjectKeyIdentifier,
        false,
        identifiers.createSubjectKeyIdentifier(subject.getPublic()));
    return new JcaX509CertificateConverter().getCertificate(builder.build(PkiKeys.signer(issuer)));
  }
}
