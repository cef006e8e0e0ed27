package io.pulsewarden.platform.postgres;

import java.util.Arrays;
import java.util.Optional;

/** The databases: one for each service and Keycloak's; none of their roles can open another's. */
public enum ServiceDatabase {
  DEVICE_REGISTRY("device_registry", "device-registry-service"),
  KEY_MANAGEMENT("key_management", "key-management-service"),
  TELEMETRY("telemetry", "telemetry-service"),
  AUDIT("audit", "audit-service"),
  /** Keycloak migrates its own database, as its owner, and has no role of fewer rights. */
  KEYCLOAK("keycloak", null);

  private final String database;
  private final Optional<String> service;

  ServiceDatabase(String database, @org.jspecify.annotations.Nullable String service) {
    this.database = database;
    this.service = Optional.ofNullable(service);
  }

  /** The one of a service, such as {@code telemetry-service}. */
  public static ServiceDatabase ofService(String service) {
    return Arrays.stream(values())
        .filter(one -> one.service.filter(service::equals).isPresent())
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no database of " + service));
  }

  /** The database's name. */
  public String database() {
    return database;
  }

  /** The role that owns it and runs its migrations; it logs in by password. */
  public String ownerRole() {
    return database + "_owner";
  }

  /** The service that uses it: the CN of the certificate that it logs in with. */
  public Optional<String> service() {
    return service;
  }

  /** The role that the service's certificate is mapped to. */
  public Optional<String> serviceRole() {
    return service.map(name -> name.replace('-', '_'));
  }
}
