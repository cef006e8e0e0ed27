package io.pulsewarden.registry.ca;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HexFormat;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Makes roots and issuing CAs after docs/formats/certificates.md. */
final class CaCertificates {

  private static final Duration ROOT_LIFETIME = Duration.ofDays(20 * 365);
  private static final Duration ISSUING_LIFETIME = Duration.ofDays(5 * 365);
  private static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(5);

  private final SecureRandom random;
  private final SerialNumbers serials;

  CaCertificates(SecureRandom random) {
    this.random = random;
    this.serials = new SerialNumbers(random);
  }

  /** A key with the certificate that speaks for it. */
  record Authority(X509Certificate certificate, PrivateKey key) {}

  Authority newRoot(Instant now) {
    KeyPair keys = keys("secp384r1");
    X500Name name = name("Pulsewarden device root CA ");
    return sign(keys, keys.getPublic(), name, name, 1, now, ROOT_LIFETIME, keys.getPrivate());
  }

  Authority newIssuing(Authority root, Instant now) {
    return sign(
        keys("secp256r1"),
        root.certificate().getPublicKey(),
        subjectOf(root.certificate()),
        name("Pulsewarden device issuing CA "),
        0,
        now,
        ISSUING_LIFETIME,
        root.key());
  }

  /** The subject as it was encoded, not as it prints: chains are built on its bytes. */
  static X500Name subjectOf(X509Certificate certificate) {
    try {
      return new JcaX509CertificateHolder(certificate).getSubject();
    } catch (CertificateEncodingException unreadable) {
      throw new CertificateAuthorityException("a CA certificate can't be read", unreadable);
    }
  }

  private Authority sign(
      KeyPair subjectKeys,
      PublicKey issuerKey,
      X500Name issuer,
      X500Name subject,
      int pathLength,
      Instant now,
      Duration lifetime,
      PrivateKey signingKey) {
    X509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            issuer,
            serials.next(),
            Date.from(now.minus(CLOCK_TOLERANCE)),
            Date.from(now.plus(lifetime)),
            subject,
            subjectKeys.getPublic());
    try {
      JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(pathLength));
      builder.addExtension(
          Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
      builder.addExtension(
          Extension.subjectKeyIdentifier,
          false,
          identifiers.createSubjectKeyIdentifier(subjectKeys.getPublic()));
      if (!issuer.equals(subject)) {
        builder.addExtension(
            Extension.authorityKeyIdentifier,
            false,
            identifiers.createAuthorityKeyIdentifier(issuerKey));
      }
      // Only the root signs here: P-384 goes with SHA-384.
      X509Certificate certificate =
          new JcaX509CertificateConverter()
              .getCertificate(
                  builder.build(new JcaContentSignerBuilder("SHA384withECDSA").build(signingKey)));
      return new Authority(certificate, subjectKeys.getPrivate());
    } catch (GeneralSecurityException | CertIOException | OperatorCreationException failed) {
      throw new CertificateAuthorityException("a CA certificate can't be made", failed);
    }
  }

  private KeyPair keys(String curve) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(curve), random);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException impossible) {
      throw new CertificateAuthorityException("the JDK lacks " + curve, impossible);
    }
  }

  private X500Name name(String prefix) {
    byte[] mark = new byte[4];
    random.nextBytes(mark);
    return new X500NameBuilder(BCStyle.INSTANCE)
        .addRDN(BCStyle.O, "Pulsewarden")
        .addRDN(BCStyle.CN, prefix + HexFormat.of().formatHex(mark))
        .build();
  }
}
