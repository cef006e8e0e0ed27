package io.pulsewarden.audit.trail;

import io.pulsewarden.auditclient.AuditEvents;
import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.contracts.audit.v1.AuditOutcome;
import io.pulsewarden.mtls.SpiffeId;
import java.util.UUID;

/** What this service does by itself, of no organisation. Blocks. */
public final class OwnEvents {

  private static final UUID NONE = new UUID(0, 0);

  private final AuditEvents events;
  private final Disclosure trail;
  private final SpiffeId self;

  OwnEvents(AuditEvents events, Disclosure trail, SpiffeId self) {
    this.events = events;
    this.trail = trail;
    this.self = self;
  }

  /** Begins an event. */
  public AuditEvent.Builder event(AuditAction action, AuditOutcome outcome) {
    return events
        .event(action, outcome, NONE, AuditEvents.service(self.toString()))
        .clearOrganisationId();
  }

  /** Returns once Kafka has the event. */
  public void record(AuditEvent event) {
    trail.record(event);
  }
}
