package io.pulsewarden.telemetry.auditing;

import io.pulsewarden.auditclient.AuditEvents;
import io.pulsewarden.auditclient.AuditTrail;
import io.pulsewarden.auditclient.LimitedAuditTrail;
import io.pulsewarden.auditclient.LogLag;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Makes what the resources are given. */
@ApplicationScoped
class AuditingConfiguration {

  @Produces
  @Singleton
  Disclosure disclosure(AuditTrail trail, LogLag lag) {
    return new Disclosure(new LimitedAuditTrail(trail, lag::isOverLimit));
  }

  @Produces
  @Singleton
  AccessEvent accessEvent(AuditEvents events) {
    return new AccessEvent(events);
  }
}
