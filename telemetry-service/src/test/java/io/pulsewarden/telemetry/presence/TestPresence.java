package io.pulsewarden.telemetry.presence;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/** Presence as another instance has it. */
public final class TestPresence {

  private TestPresence() {}

  /**
   * Writes two connections of one device down, the newer one first, as where an instance waited for
   * the database.
   *
   * @return the one that any instance then finds to be the newest
   */
  public static UUID newest(DeviceSessionStore store, Connection older, Connection newer) {
    store.open(newer, UUID.randomUUID()).await().indefinitely();
    long before = System.nanoTime() - Duration.ofMinutes(1).toNanos();
    store.open(older, UUID.randomUUID(), before).await().indefinitely();
    return Objects.requireNonNull(
        store
            .openedElsewhere(UUID.randomUUID(), Duration.ofMinutes(1))
            .await()
            .indefinitely()
            .get(newer.device()));
  }

  public static Presence ofAnotherInstance(DeviceSessionStore store, Map<String, Object> kafka) {
    return new StoredPresence(
        store, new DeviceActivityPublisher(kafka, Clock.systemUTC(), new SimpleMeterRegistry()));
  }
}
