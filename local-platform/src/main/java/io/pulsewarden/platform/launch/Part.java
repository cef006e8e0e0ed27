package io.pulsewarden.platform.launch;

import io.pulsewarden.platform.data.Port;
import io.pulsewarden.platform.process.ServerProcess.Signal;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Every process of the platform, in the order of starting. Those of one rank are stopped together,
 * highest rank first.
 */
public enum Part {
  POSTGRES("postgres", 0, Signal.INT),
  KAFKA("kafka", 1, Signal.TERM),
  KEYCLOAK("keycloak", 1, Signal.TERM),
  AUDIT("audit-service", 2, Signal.TERM),
  KEYS("key-management-service", 3, Signal.TERM),
  REGISTRY("device-registry-service", 3, Signal.TERM),
  TELEMETRY("telemetry-service", 4, Signal.TERM),
  SIMULATOR("simulator", 5, Signal.TERM);

  /** How long each may take to end by itself. */
  static final Duration PATIENCE = Duration.ofSeconds(20);

  private final String key;
  private final int rank;
  private final Signal gentle;

  Part(String key, int rank, Signal gentle) {
    this.key = key;
    this.rank = rank;
    this.gentle = gentle;
  }

  /** The name of its folder, log and process file, and in {@code logs}. */
  public String key() {
    return key;
  }

  /** What it listens on. */
  public Set<Port> ports() {
    return switch (this) {
      case POSTGRES -> EnumSet.of(Port.POSTGRES);
      case KAFKA -> EnumSet.of(Port.KAFKA, Port.KAFKA_CONTROLLER);
      case KEYCLOAK -> EnumSet.of(Port.KEYCLOAK);
      case AUDIT -> EnumSet.of(Port.AUDIT, Port.AUDIT_MANAGEMENT);
      case KEYS -> EnumSet.of(Port.KEYS, Port.KEYS_MANAGEMENT);
      case REGISTRY -> EnumSet.of(Port.REGISTRY, Port.REGISTRY_MANAGEMENT);
      case TELEMETRY -> EnumSet.of(Port.TELEMETRY, Port.TELEMETRY_MANAGEMENT, Port.MQTT);
      case SIMULATOR -> EnumSet.noneOf(Port.class);
    };
  }

  int rank() {
    return rank;
  }

  Signal gentle() {
    return gentle;
  }

  /** Our own four services. */
  public static List<Part> services() {
    return List.of(AUDIT, KEYS, REGISTRY, TELEMETRY);
  }

  /** Whose management port tells whether it is ready. */
  Port management() {
    return ports().stream()
        .filter(port -> port.key().endsWith("-management"))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(key + " has no management port"));
  }

  /** Whose port is its HTTPS. */
  Port https() {
    return Arrays.stream(Port.values())
        .filter(port -> port.key().equals(key))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(key + " has no HTTPS port"));
  }
}
