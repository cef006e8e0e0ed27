package io.pulsewarden.platform.data;

import io.pulsewarden.platform.process.PrivateFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes {@code platform.env}: where everything is, for shells and tests. No secret is in it. */
public final class PlatformEnvironment {

  private PlatformEnvironment() {}

  public static void write(DataFolder data, Ports ports) throws IOException {
    StringBuilder text = new StringBuilder();
    values(data, ports)
        .forEach((name, value) -> text.append(name).append('=').append(quoted(value)).append('\n'));
    PrivateFiles.replace(data.environment(), text.toString());
  }

  static Map<String, String> values(DataFolder data, Ports ports) {
    Path edgeCa = data.ca("edge").resolve("ca.crt");
    Map<String, String> values = new LinkedHashMap<>();
    values.put("PW_REGISTRY_URL", https(ports, Port.REGISTRY));
    values.put("PW_EST_URL", https(ports, Port.REGISTRY) + "/.well-known/est");
    values.put("PW_MQTT_HOST", "localhost");
    values.put("PW_MQTT_PORT", Integer.toString(ports.of(Port.MQTT)));
    values.put("PW_FHIR_URL", https(ports, Port.TELEMETRY) + "/fhir");
    values.put("PW_SYNC_URL", https(ports, Port.TELEMETRY) + "/v1/sync");
    values.put("PW_KEYS_URL", https(ports, Port.KEYS));
    values.put("PW_AUDIT_URL", https(ports, Port.AUDIT));
    values.put("PW_OIDC_ISSUER", issuer(ports));
    values.put("PW_CA_FILE", edgeCa.toString());
    values.put("PW_SERVICE_CA_FILE", data.ca("services").resolve("ca.crt").toString());
    values.put("PW_KAFKA_BOOTSTRAP", "localhost:" + ports.of(Port.KAFKA));
    values.put("PW_DEMO_USERS_FILE", data.demoUsers().toString());
    values.put("PW_DATA", data.root().toString());
    return values;
  }

  /** {@code https://localhost:port/realms/pulsewarden}. */
  public static String issuer(Ports ports) {
    return https(ports, Port.KEYCLOAK) + "/realms/pulsewarden";
  }

  /** {@code https://localhost:port}. */
  public static String https(Ports ports, Port port) {
    return "https://localhost:" + ports.of(port);
  }

  /** As a POSIX shell reads it back; left bare where that is safe. */
  private static String quoted(String value) {
    return value.matches("[A-Za-z0-9_./:@%+,-]*") ? value : "'" + value.replace("'", "'\\''") + "'";
  }
}
