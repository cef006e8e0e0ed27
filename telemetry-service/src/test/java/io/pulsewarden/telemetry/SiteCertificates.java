package io.pulsewarden.telemetry;

import io.pulsewarden.platform.certificates.IssuedCertificate;
import io.pulsewarden.platform.certificates.LocalCa;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The CA of a site that runs a broker, and the TLS configuration by which the service gets there.
 */
public final class SiteCertificates {

  /** Of the TLS configuration. */
  public static final String TLS_NAME = "site";

  private static final Path FOLDER = Path.of("target", "site-tls").toAbsolutePath();
  private static final LocalCa CA = LocalCa.create("site");

  private SiteCertificates() {}

  /** The folder with {@code ca.crt}, and {@code broker.crt} and {@code broker.key}. */
  public static Path folder() {
    return FOLDER;
  }

  /** A certificate of a client of the broker; its name is the broker's user name. */
  public static IssuedCertificate client(String name) {
    return CA.issueService(name, "site.example");
  }

  public static LocalCa ca() {
    return CA;
  }

  static Map<String, String> quarkusConfig() {
    try {
      client("telemetry-service").writePem(FOLDER, "telemetry");
      CA.issueEdge("broker").writePem(FOLDER, "broker");
      new IssuedCertificate(List.of(CA.certificate()), client("unused").privateKey())
          .writePem(FOLDER, "ca");
    } catch (IOException unwritable) {
      throw new UncheckedIOException(unwritable);
    }
    String prefix = "quarkus.tls." + TLS_NAME + ".";
    return Map.of(
        prefix + "key-store.pem.0.cert", FOLDER.resolve("telemetry.crt").toString(),
        prefix + "key-store.pem.0.key", FOLDER.resolve("telemetry.key").toString(),
        prefix + "trust-store.pem.certs", FOLDER.resolve("ca.crt").toString());
  }
}
