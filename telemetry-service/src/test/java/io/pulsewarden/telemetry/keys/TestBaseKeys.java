package io.pulsewarden.telemetry.keys;

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
  InMemoryBaseKeys keys(Clock clock, LastAnswer last) {
    return new InMemoryBaseKeys(clock, last);
  }

  @Produces
  @Singleton
  @Alternative
  @Priority(1)
  Sealing sealing(InMemoryBaseKeys keys) {
    return new Sealing(keys, new Sealers(1_000));
  }
}
