package io.pulsewarden.telemetry;

import io.pulsewarden.telemetry.keys.InMemoryBaseKeys;
import io.pulsewarden.telemetry.keys.Sealers;
import io.pulsewarden.telemetry.keys.Sealing;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Alternative;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;

/** Key management is another service: in this module's tests real keys are derived in memory. */
@ApplicationScoped
class TestBaseKeys {

  @Produces
  @Singleton
  @Alternative
  @Priority(1)
  InMemoryBaseKeys keys(Clock clock) {
    return new InMemoryBaseKeys(clock);
  }

  @Produces
  @Singleton
  @Alternative
  @Priority(1)
  Sealing sealing(InMemoryBaseKeys keys) {
    return new Sealing(keys, new Sealers(1_000));
  }
}
