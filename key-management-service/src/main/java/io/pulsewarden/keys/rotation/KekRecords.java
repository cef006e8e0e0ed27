package io.pulsewarden.keys.rotation;

import io.pulsewarden.auditclient.AuditEvents;
import io.pulsewarden.contracts.audit.v1.Agent;
import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.contracts.audit.v1.AuditOutcome;
import io.pulsewarden.contracts.audit.v1.Entity;
import io.pulsewarden.keys.access.Caller;
import io.pulsewarden.keys.kek.KekName;
import io.pulsewarden.keys.kek.KekVersion;
import java.util.UUID;

/** Audit events of rotations and trims. */
final class KekRecords {

  private final AuditEvents events;
  private final Agent service;

  /**
   * @param self our SPIFFE id, for what nobody asked for at that moment
   */
  KekRecords(AuditEvents events, String self) {
    this.events = events;
    this.service = AuditEvents.service(self);
  }

  AuditEvent of(AuditAction action, KekVersion kek, Caller by) {
    return event(action, kek, AuditEvents.user(by.userId(), by.roles()));
  }

  /** A version is about to be made: the reason is {@code begun}, and the entity names none yet. */
  AuditEvent begun(KekName kek, Caller by) {
    return events
        .event(
            AuditAction.AUDIT_ACTION_KEK_ROTATED,
            AuditOutcome.AUDIT_OUTCOME_SUCCESS,
            kek.organisation(),
            AuditEvents.user(by.userId(), by.roles()))
        .setReasonCode("begun")
        .addEntity(Entity.newBuilder().setType("Kek").setId(Integer.toString(kek.shard())))
        .build();
  }

  AuditEvent ofService(AuditAction action, KekVersion kek) {
    return event(action, kek, service);
  }

  AuditEvent refused(Gate gate, Caller by) {
    return events
        .event(
            AuditAction.AUDIT_ACTION_KEK_TRIM_REFUSED,
            AuditOutcome.AUDIT_OUTCOME_DENIED,
            by.organisation(),
            AuditEvents.user(by.userId(), by.roles()))
        .setReasonCode(gate.code())
        .build();
  }

  private AuditEvent event(AuditAction action, KekVersion kek, Agent agent) {
    UUID organisation = kek.name().organisation();
    return events
        .event(action, AuditOutcome.AUDIT_OUTCOME_SUCCESS, organisation, agent)
        .addEntity(
            Entity.newBuilder().setType("Kek").setId(kek.name().shard() + ".v" + kek.version()))
        .build();
  }
}
