package io.pulsewarden.telemetry.wearing;

import io.pulsewarden.auditclient.AuditEvents;
import io.pulsewarden.contracts.audit.v1.Agent;
import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.contracts.audit.v1.AuditOutcome;
import io.pulsewarden.contracts.audit.v1.Entity;
import io.pulsewarden.telemetry.store.StoredBlock;
import java.util.Collection;

/** What the audit log is told of readings that moved: ids and counts. Thread-safe. */
final class MoveEvent {

  private final AuditEvents events;
  private final Agent self;

  MoveEvent(AuditEvents events, Agent self) {
    this.events = events;
    this.self = self;
  }

  /**
   * The event.
   *
   * @param given who gets some of the readings; an owner who was erased is not among them
   */
  AuditEvent of(StoredBlock block, Parting parting, Collection<Owner> given) {
    AuditEvent.Builder event =
        events
            .event(
                block.heldByDevice()
                    ? AuditAction.AUDIT_ACTION_READINGS_RELEASED
                    : AuditAction.AUDIT_ACTION_READINGS_REASSIGNED,
                AuditOutcome.AUDIT_OUTCOME_SUCCESS,
                block.organisation(),
                self)
            .addEntity(
                Entity.newBuilder().setType("Device").setId(block.device().toString()).setCount(1))
            .addEntity(Entity.newBuilder().setType("Reading").setCount(parting.moved()));
    if (!block.heldByDevice()) {
      event.addPatientId(block.subject().toString());
    }
    for (Owner owner : given) {
      switch (owner) {
        case Owner.Patient patient ->
            event
                .addPatientId(patient.id().toString())
                .addEntity(
                    Entity.newBuilder()
                        .setType("Assignment")
                        .setId(patient.worn().assignment().toString())
                        .setCount(1));
        case Owner.Nobody() -> {
          // The device holds it: that is in the entities already.
        }
      }
    }
    return event.build();
  }
}
