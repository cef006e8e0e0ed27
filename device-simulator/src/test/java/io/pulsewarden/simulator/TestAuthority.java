package io.pulsewarden.simulator;

import io.pulsewarden.simulator.identity.DeviceIdentity;
import io.pulsewarden.simulator.identity.DeviceKeys;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate authority for tests: a root, or an authority below one. */
public final class TestAuthority {

  private static final Instant NOT_BEFORE = Instant.parse("2020-01-01T00:00:00Z");
  private static final Instant NOT_AFTER = Instant.parse("2120-01-01T00:00:00Z");

  private final KeyPair keys = DeviceKeys.generate();
  private final String name;
  private final X509Certificate certificate;

  private TestAuthority(String name, TestAuthority parent) {
    this.name = name;
    this.certificate = parent.sign(name, keys.getPublic(), true);
  }

  private TestAuthority(String name) {
    this.name = name;
    this.certificate = sign(name, keys.getPublic(), true);
  }

  public static TestAuthority root() {
    return new TestAuthority("CN=Test Root");
  }

  public TestAuthority below() {
    return new TestAuthority("CN=Test Issuer", this);
  }

  public X509Certificate certificate() {
    return certificate;
  }

  /** A certificate for {@code localhost} and for a client. */
  public X509Certificate issue(String commonName, PublicKey key) {
    return sign("CN=" + commonName, key, false);
  }

  public DeviceIdentity device(UUID id) {
    KeyPair own = DeviceKeys.generate();
    return new DeviceIdentity(id, own.getPrivate(), List.of(issue(id.toString(), own.getPublic())));
  }

  /** A server at localhost that trusts an authority's clients. */
  public SSLContext serverContext(TestAuthority clients)
      throws GeneralSecurityException, IOException {
    KeyPair own = DeviceKeys.generate();
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry(
        "server",
        own.getPrivate(),
        new char[0],
        new X509Certificate[] {issue("localhost", own.getPublic())});
    store.setCertificateEntry("clients", clients.certificate);
    KeyManagerFactory keyManagers = KeyManagerFactory.getInstance("PKIX");
    keyManagers.init(store, new char[0]);
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keyManagers.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  public Path writePem(Path file) throws GeneralSecurityException, IOException {
    String body = Base64.getMimeEncoder().encodeToString(certificate.getEncoded());
    return Files.writeString(
        file, "-----BEGIN CERTIFICATE-----\n" + body + "\n-----END CERTIFICATE-----\n");
  }

  private X509Certificate sign(String subject, PublicKey key, boolean authority) {
    try {
      X509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              new X500Name(name),
              new BigInteger(64, new SecureRandom()),
              Date.from(NOT_BEFORE),
              Date.from(NOT_AFTER),
              new X500Name(subject),
              key);
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
      builder.addExtension(
          Extension.subjectAlternativeName,
          false,
          new GeneralNames(new GeneralName(GeneralName.dNSName, "localhost")));
      return new JcaX509CertificateConverter()
          .getCertificate(
              builder.build(
                  new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
