package io.pulsewarden.platform.certificates;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.KeyPurposeId;

/**
 * A certificate authority for one machine: EC P-256 keys, SHA-256 signatures. One instance signs
 * services, another, whose certificates are for servers alone, what people and devices connect to.
 *
 * <p>Thread-safe: it has no state but its key.
 */
public final class LocalCa {

  /** How long a leaf lives; the launcher issues new ones at each start. */
  public static final Duration LEAF_VALIDITY = Duration.ofDays(30);

  private static final Duration CA_VALIDITY = Duration.ofDays(3650);

  private final X509Certificate certificate;
  private final PrivateKey privateKey;
  private final Clock clock;

  private LocalCa(X509Certificate certificate, PrivateKey privateKey, Clock clock) {
    this.certificate = certificate;
    this.privateKey = privateKey;
    this.clock = clock;
  }

  /** A new CA in memory. */
  public static LocalCa create(String commonName) {
    return create(commonName, Clock.systemUTC());
  }

  static LocalCa create(String commonName, Clock clock) {
    KeyPair keys = CertificateBuilder.newKeys();
    X509Certificate certificate =
        new CertificateBuilder(clock, commonName, CA_VALIDITY).buildCa(keys);
    return new LocalCa(certificate, keys.getPrivate(), clock);
  }

  /**
   * The CA kept in {@code directory} as {@code ca.crt} and {@code ca.key}, made there if it isn't.
   *
   * <p>The key is written first and the certificate last: a crash in between leaves no certificate,
   * so nothing was issued yet, and the next call starts anew.
   */
  public static LocalCa openOrCreate(Path directory, String commonName) throws IOException {
    Path certificateFile = directory.resolve("ca.crt");
    Path keyFile = directory.resolve("ca.key");
    if (Files.exists(certificateFile)) {
      return new LocalCa(
          Pem.readCertificates(certificateFile).getFirst(),
          Pem.readPrivateKey(keyFile),
          Clock.systemUTC());
    }
    LocalCa created = create(commonName);
    Files.createDirectories(directory);
    Pem.write(keyFile, Pem.privateKey(created.privateKey));
    Pem.write(certificateFile, Pem.certificates(List.of(created.certificate)));
    return created;
  }

  public X509Certificate certificate() {
    return certificate;
  }

  /**
   * A service's certificate, for both sides of TLS: subject exactly {@code CN=name}, SAN {@code
   * spiffe://trustDomain/service/name}, {@code localhost} and 127.0.0.1.
   */
  public IssuedCertificate issueService(String name, String trustDomain) {
    return issueService(name, trustDomain, LEAF_VALIDITY);
  }

  /** As {@link #issueService(String, String)}, for tests of short-lived certificates. */
  public IssuedCertificate issueService(String name, String trustDomain, Duration validity) {
    return issue(
        new CertificateBuilder(clock, name, validity)
            .alternativeName(
                GeneralName.uniformResourceIdentifier,
                "spiffe://" + trustDomain + "/service/" + name)
            .localhost()
            .purpose(KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth));
  }

  /**
   * A server's certificate for what people and devices connect to: {@code localhost}, 127.0.0.1.
   */
  public IssuedCertificate issueEdge(String commonName) {
    return issue(
        new CertificateBuilder(clock, commonName, LEAF_VALIDITY)
            .localhost()
            .purpose(KeyPurposeId.id_kp_serverAuth));
  }

  private IssuedCertificate issue(CertificateBuilder builder) {
    KeyPair keys = CertificateBuilder.newKeys();
    X509Certificate leaf = builder.buildLeaf(keys.getPublic(), certificate, privateKey);
    return new IssuedCertificate(List.of(leaf, certificate), keys.getPrivate());
  }
}
