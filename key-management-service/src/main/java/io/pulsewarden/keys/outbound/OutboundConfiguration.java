package io.pulsewarden.keys.outbound;

import io.pulsewarden.auditclient.AuditEvents;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Clock;

/** The clock, and audit events by it. */
class OutboundConfiguration {

  @Produces
  @Singleton
  Clock clock() {
    return Clock.systemUTC();
  }

  @Produces
  @Singleton
  AuditEvents auditEvents(Clock clock) {
    return new AuditEvents(clock, new SecureRandom());
  }
}
