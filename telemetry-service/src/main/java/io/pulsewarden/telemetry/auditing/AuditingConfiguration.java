package io.pulsewarden.telemetry.auditing;

import io.pulsewarden.auditclient.AuditEvents;
import io.pulsewarden.auditclient.AuditTrail;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Makes what the resources are given. */
@ApplicationScoped
class AuditingConfiguration {

  @Produces
  @Singleton
  Disclosure disclosure(AuditTrail trail) {
    return new Disclosure(trail);
  }

  @Produces
  @Singleton
  AccessEvent accessEvent(AuditEvents events) {
    return new AccessEvent(events);
  }
}
