package io.pulsewarden.platform.launch;

import io.pulsewarden.platform.data.DataFolder;
import io.pulsewarden.platform.data.Passphrases;
import io.pulsewarden.platform.data.PlatformEnvironment;
import io.pulsewarden.platform.data.Port;
import io.pulsewarden.platform.data.Ports;
import io.pulsewarden.platform.data.PropertiesFile;
import io.pulsewarden.platform.postgres.ServiceDatabase;
import io.pulsewarden.platform.process.PrivateFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a service is told from outside: where it listens, where the others are, where its files lie.
 * All else stands in the service's own application.properties.
 */
record ServiceConfiguration(
    DataFolder data, Ports ports, Passphrases passphrases, KekSettings keks) {

  /** Writes {@code config/application.properties} into the service's working folder. */
  void write(Part service) throws IOException {
    Path folder = data.of(service.key()).resolve("config");
    PrivateFiles.folder(folder);
    PropertiesFile.write(folder.resolve("application.properties"), values(service));
  }

  private Map<String, String> values(Part service) {
    Map<String, String> values = new TreeMap<>();
    values.put("quarkus.http.host", "127.0.0.1");
    values.put("quarkus.http.ssl-port", number(service.https()));
    values.put("quarkus.management.host", "127.0.0.1");
    values.put("quarkus.management.port", number(service.management()));
    values.put("kafka.bootstrap.servers", "localhost:" + number(Port.KAFKA));
    values.put(
        "quarkus.datasource.reactive.url",
        "postgresql://localhost:%s/%s"
            .formatted(number(Port.POSTGRES), ServiceDatabase.ofService(service.key()).database()));
    values.put("quarkus.oidc.auth-server-url", PlatformEnvironment.issuer(ports));
    values.put("quarkus.oidc.tls.tls-configuration-name", "edge");
    values.put("pulsewarden.tls.dir", data.of(service.key()).resolve("tls").toString());
    values.put("pulsewarden.trust-domain", ServiceTls.TRUST_DOMAIN);
    values.putAll(own(service));
    return values;
  }

  private Map<String, String> own(Part service) {
    return switch (service) {
      case REGISTRY ->
          Map.of(
              "pulsewarden.ca.dir", data.of(service.key()).resolve("ca").toString(),
              "pulsewarden.ca.passphrase-file", passphrases.deviceCa().toString(),
              // Known here: this machine's platform is no production.
              "pulsewarden.ca.accept-risk", "true");
      case KEYS -> keks.values();
      case TELEMETRY ->
          Map.of(
              "pulsewarden.mqtt.host", "127.0.0.1",
              "pulsewarden.mqtt.port", number(Port.MQTT),
              "pulsewarden.keys.url", PlatformEnvironment.https(ports, Port.KEYS));
      case AUDIT, POSTGRES, KAFKA, KEYCLOAK, SIMULATOR -> Map.of();
    };
  }

  private String number(Port port) {
    return Integer.toString(ports.of(port));
  }
}
