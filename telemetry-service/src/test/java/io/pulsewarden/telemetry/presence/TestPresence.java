package io.pulsewarden.telemetry.presence;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.util.Map;

/** Presence as another instance has it. */
public final class TestPresence {

  private TestPresence() {}

  public static Presence ofAnotherInstance(DeviceSessionStore store, Map<String, Object> kafka) {
    return new StoredPresence(
        store, new DeviceActivityPublisher(kafka, Clock.systemUTC(), new SimpleMeterRegistry()));
  }
}
