package io.pulsewarden.benchmarks.intake;

import io.pulsewarden.simulator.identity.DeviceIdentity;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
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

/**
 * Certificates as the registry's CA makes them, of a CA that lives in this process. All devices
 * have one key pair: who makes thousands of them is not measured.
 */
final class DeviceIssuance {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final X500Principal NAME = new X500Principal("CN=devices of a benchmark");
  private static final int SERIAL_BITS = 127;
  private static final Duration VALIDITY = Duration.ofHours(2);

  private final Instant now = Clock.systemUTC().instant();
  private final KeyPair issuerKeys = newKeys();
  private final KeyPair deviceKeys = newKeys();
  private final X509Certificate issuer;

  DeviceIssuance() throws GeneralSecurityException, IOException {
    JcaX509v3CertificateBuilder builder = builder(NAME, issuerKeys);
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
    issuer = sign(builder);
  }

  X509Certificate issuer() {
    return issuer;
  }

  DeviceIdentity issue(UUID device) throws GeneralSecurityException, IOException {
    JcaX509v3CertificateBuilder builder = builder(new X500Principal("CN=" + device), deviceKeys);
    builder.addExtension(
        Extension.subjectAlternativeName,
        false,
        new GeneralNames(
            new GeneralName(GeneralName.uniformResourceIdentifier, "urn:uuid:" + device)));
    builder.addExtension(
        Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_clientAuth));
    return new DeviceIdentity(device, deviceKeys.getPrivate(), List.of(sign(builder), issuer));
  }

  private JcaX509v3CertificateBuilder builder(X500Principal subject, KeyPair keys) {
    return new JcaX509v3CertificateBuilder(
        NAME,
        new BigInteger(SERIAL_BITS, RANDOM).add(BigInteger.ONE),
        Date.from(now.minus(VALIDITY)),
        Date.from(now.plus(VALIDITY)),
        subject,
        keys.getPublic());
  }

  private X509Certificate sign(JcaX509v3CertificateBuilder builder)
      throws GeneralSecurityException {
    try {
      return new JcaX509CertificateConverter()
          .getCertificate(
              builder.build(
                  new JcaContentSignerBuilder("SHA256withECDSA").build(issuerKeys.getPrivate())));
    } catch (OperatorCreationException broken) {
      throw new GeneralSecurityException(broken);
    }
  }

  private static KeyPair newKeys() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }
}
