package io.pulsewarden.keys.erasure;

import io.pulsewarden.auditclient.AuditEvents;
import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.contracts.audit.v1.AuditOutcome;
import io.pulsewarden.keys.access.Caller;
import java.util.UUID;

/** Audit events of what people do about a patient's keys. Codes and ids alone. */
final class ErasureRecords {

  private final AuditEvents events;

  ErasureRecords(AuditEvents events) {
    this.events = events;
  }

  /** Something was done. */
  AuditEvent done(AuditAction action, Caller caller, UUID patient, String reasonCode) {
    return event(action, AuditOutcome.AUDIT_OUTCOME_SUCCESS, caller, patient, reasonCode);
  }

  /** Something was not allowed. */
  AuditEvent refused(Caller caller, UUID patient, String reasonCode) {
    return event(
        AuditAction.AUDIT_ACTION_ERASURE_REFUSED,
        AuditOutcome.AUDIT_OUTCOME_DENIED,
        caller,
        patient,
        reasonCode);
  }

  private AuditEvent event(
      AuditAction action, AuditOutcome outcome, Caller caller, UUID patient, String reasonCode) {
    return events
        .event(
            action,
            outcome,
            caller.organisation(),
            AuditEvents.user(caller.userId(), caller.roles()))
        .addPatientId(patient.toString())
        .setReasonCode(reasonCode)
        .build();
  }
}
