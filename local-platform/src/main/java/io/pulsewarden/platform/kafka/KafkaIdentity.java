package io.pulsewarden.platform.kafka;

import io.pulsewarden.platform.certificates.IssuedCertificate;
import io.pulsewarden.platform.certificates.Pem;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** TLS properties of a Kafka client or broker, whose PEM files lie in one folder. */
public final class KafkaIdentity {

  private KafkaIdentity() {}

  /** Writes {@code baseName.pem} and {@code service-ca.crt} for {@link #properties}. */
  public static void write(
      Path directory, String baseName, IssuedCertificate own, X509Certificate ca)
      throws IOException {
    own.writePem(directory, baseName);
    Pem.writeCertificates(directory.resolve("service-ca.crt"), List.of(ca));
  }

  /** What a client needs to reach the broker as the one whose files these are. */
  public static Map<String, Object> properties(
      String bootstrapServers, Path directory, String baseName) {
    Map<String, Object> properties = new HashMap<>();
    properties.put("bootstrap.servers", bootstrapServers);
    properties.put("security.protocol", "SSL");
    properties.put("ssl.keystore.type", "PEM");
    properties.put("ssl.keystore.location", directory.resolve(baseName + ".pem").toString());
    properties.put("ssl.truststore.type", "PEM");
    properties.put("ssl.truststore.location", directory.resolve("service-ca.crt").toString());
    return properties;
  }
}
