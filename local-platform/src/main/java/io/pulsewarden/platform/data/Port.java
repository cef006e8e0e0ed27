package io.pulsewarden.platform.data;

/** What listens, under which name in {@code ports.properties}, and where by default. */
public enum Port {
  REGISTRY("device-registry-service", 8441),
  TELEMETRY("telemetry-service", 8442),
  KEYS("key-management-service", 8443),
  AUDIT("audit-service", 8444),
  KEYCLOAK("keycloak", 8445),
  MQTT("mqtt", 8883),
  KAFKA("kafka", 9093),
  KAFKA_CONTROLLER("kafka-controller", 9094),
  POSTGRES("postgres", 5433),
  REGISTRY_MANAGEMENT("device-registry-service-management", 8451),
  TELEMETRY_MANAGEMENT("telemetry-service-management", 8452),
  KEYS_MANAGEMENT("key-management-service-management", 8453),
  AUDIT_MANAGEMENT("audit-service-management", 8454);

  private final String key;
  private final int usual;

  Port(String key, int usual) {
    this.key = key;
    this.usual = usual;
  }

  /** The name in files and messages. */
  public String key() {
    return key;
  }

  /** The port if nobody asked for another. */
  public int usual() {
    return usual;
  }
}
