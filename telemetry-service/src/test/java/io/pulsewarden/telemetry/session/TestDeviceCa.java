package io.pulsewarden.telemetry.session;

import io.pulsewarden.platform.certificates.IssuedCertificate;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A CA of devices, as the registry's: certificates with the device's id in CN and SAN. */
final class TestDeviceCa {

  private final KeyPair keys = newKeys();
  private final X500Principal name;
  private final X509Certificate certificate;

  TestDeviceCa(String commonName) {
    name = new X500Principal("CN=" + commonName);
    try {
      JcaX509v3CertificateBuilder builder =
          builder(
              name, name, keys, Instant.now().minusSeconds(60), Instant.now().plusSeconds(7_200));
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
      certificate = sign(builder);
    } catch (IOException | GeneralSecurityException | OperatorCreationException broken) {
      throw new IllegalStateException(broken);
    }
  }

  X509Certificate certificate() {
    return certificate;
  }

  IssuedCertificate issue(UUID device) {
    return issue(device, Duration.ofHours(2));
  }

  IssuedCertificate issue(UUID device, Duration life) {
    return issue(device, Instant.now().plus(life));
  }

  IssuedCertificate issue(UUID device, Instant notAfter) {
    KeyPair own = newKeys();
    try {
      JcaX509v3CertificateBuilder builder =
          builder(
              name,
              new X500Principal("CN=" + device),
              own,
              Instant.now().minusSeconds(3_600),
              notAfter);
      builder.addExtension(
          Extension.subjectAlternativeName,
          false,
          new GeneralNames(
              new GeneralName(GeneralName.uniformResourceIdentifier, "urn:uuid:" + device)));
      builder.addExtension(
          Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_clientAuth));
      return new IssuedCertificate(List.of(sign(builder), certificate), own.getPrivate());
    } catch (IOException | GeneralSecurityException | OperatorCreationException broken) {
      throw new IllegalStateException(broken);
    }
  }

  static byte[] fingerprint(X509Certificate of) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(of.getEncoded());
    } catch (GeneralSecurityException broken) {
      throw new IllegalStateException(broken);
    }
  }

  private JcaX509v3CertificateBuilder builder(
      X500Principal issuer, X500Principal subject, KeyPair of, Instant from, Instant until) {
    return new JcaX509v3CertificateBuilder(
        issuer,
        BigInteger.valueOf(System.nanoTime()),
        Date.from(from),
        Date.from(until),
        subject,
        of.getPublic());
  }

  private X509Certificate sign(JcaX509v3CertificateBuilder builder)
      throws OperatorCreationException, GeneralSecurityException {
    return new JcaX509CertificateConverter()
        .getCertificate(
            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
  }

  private static KeyPair newKeys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException broken) {
      throw new IllegalStateException(broken);
    }
  }
}
