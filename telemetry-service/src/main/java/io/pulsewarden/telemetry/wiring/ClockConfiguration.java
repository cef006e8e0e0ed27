package io.pulsewarden.telemetry.wiring;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;

/** The one source of time. */
@ApplicationScoped
class ClockConfiguration {

  /** Without a proxy, which would look up its context for each message many times. */
  @Produces
  @Singleton
  Clock clock() {
    return Clock.systemUTC();
  }
}
