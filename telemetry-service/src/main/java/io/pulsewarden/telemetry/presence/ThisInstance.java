package io.pulsewarden.telemetry.presence;

import jakarta.inject.Singleton;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** This process among the instances of the service, and what stands here. Thread-safe. */
@Singleton
final class ThisInstance {

  private final UUID id = UUID.randomUUID();
  private final Set<UUID> connections = ConcurrentHashMap.newKeySet();

  /** Another one for each start. */
  UUID id() {
    return id;
  }

  /** To be said before anybody else can know of it. */
  void begun(Connection connection) {
    connections.add(connection.id());
  }

  void ended(Connection connection) {
    connections.remove(connection.id());
  }

  /** Whether this connection stands here. */
  boolean has(UUID connection) {
    return connections.contains(connection);
  }
}
