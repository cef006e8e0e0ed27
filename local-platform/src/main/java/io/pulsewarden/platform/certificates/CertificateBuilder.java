package io.pulsewarden.platform.certificates;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** One certificate (RFC 5280) in the making; used once, by one thread. */
final class CertificateBuilder {

  private static final SecureRandom RANDOM = new SecureRandom();

  /** Clocks of containers and hosts differ a little. */
  private static final Duration BACKDATED = Duration.ofMinutes(5);

  private final X500Principal subject;
  private final Instant notBefore;
  private final Instant notAfter;
  private final List<GeneralName> alternativeNames = new ArrayList<>();
  private KeyPurposeId[] purposes = {};

  CertificateBuilder(Clock clock, String commonName, Duration validity) {
    Instant now = clock.instant();
    this.subject = new X500Principal("CN=" + commonName);
    this.notBefore = now.minus(BACKDATED);
    this.notAfter = now.plus(validity);
  }

  static KeyPair newKeys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no EC P-256", e);
    }
  }

  CertificateBuilder alternativeName(int kind, String name) {
    alternativeNames.add(new GeneralName(kind, name));
    return this;
  }

  CertificateBuilder localhost() {
    return alternativeName(GeneralName.dNSName, "localhost")
        .alternativeName(GeneralName.iPAddress, "127.0.0.1");
  }

  CertificateBuilder purpose(KeyPurposeId... these) {
    purposes = these.clone();
    return this;
  }

  X509Certificate buildCa(KeyPair keys) {
    try {
      JcaX509v3CertificateBuilder builder = start(subject, keys.getPublic());
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
      builder.addExtension(
          Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
      return sign(builder, keys.getPrivate());
    } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException("can't make a CA certificate", e);
    }
  }

  X509Certificate buildLeaf(PublicKey key, X509Certificate issuer, PrivateKey issuerKey) {
    try {
      JcaX509v3CertificateBuilder builder = start(issuer.getSubjectX500Principal(), key);
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
      builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes));
      builder.addExtension(
          Extension.subjectAlternativeName,
          false,
          new GeneralNames(alternativeNames.toArray(GeneralName[]::new)));
      builder.addExtension(
          Extension.authorityKeyIdentifier,
          false,
          new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(issuer));
      return sign(builder, issuerKey);
    } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException("can't make a certificate", e);
    }
  }

  private JcaX509v3CertificateBuilder start(X500Principal issuer, PublicKey key)
      throws IOException, GeneralSecurityException {
    JcaX509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            issuer,
            new BigInteger(127, RANDOM).add(BigInteger.ONE),
            Date.from(notBefore),
            Date.from(notAfter),
            subject,
            key);
    builder.addExtension(
        Extension.subjectKeyIdentifier,
        false,
        new JcaX509ExtensionUtils().createSubjectKeyIdentifier(key));
    return builder;
  }

  private static X509Certificate sign(JcaX509v3CertificateBuilder builder, PrivateKey issuerKey)
      throws GeneralSecurityException, OperatorCreationException {
    return new JcaX509CertificateConverter()
        .getCertificate(
            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(issuerKey)));
  }
}
