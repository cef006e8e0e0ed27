package io.pulsewarden.keys.erasure;

import io.pulsewarden.auditclient.AuditEvents;
import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.contracts.audit.v1.AuditOutcome;
import io.pulsewarden.contracts.audit.v1.Entity;
import io.pulsewarden.keys.access.Caller;
import io.pulsewarden.keys.subject.KeyStateRecords;
import io.pulsewarden.keys.subject.Subject;
import io.pulsewarden.keys.subject.SubjectKeyState;
import io.pulsewarden.keys.subject.SubjectKind;
import io.pulsewarden.mtls.SpiffeId;
import io.pulsewarden.outbox.OutboxRow;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;

/** Audit events of what people do about a patient's keys. Codes and ids alone. */
final class ErasureRecords {

  private static final UUID NOBODYS = new UUID(0, 0);

  private final AuditEvents events;
  private final SpiffeId self;

  /**
   * @param self who does what nobody does by hand
   */
  ErasureRecords(AuditEvents events, SpiffeId self) {
    this.events = events;
    this.self = self;
  }

  /** Something was done. */
  AuditEvent done(AuditAction action, Caller caller, UUID patient, String reasonCode) {
    return event(action, AuditOutcome.AUDIT_OUTCOME_SUCCESS, caller, patient, reasonCode);
  }

  /** An erasure, or a step of it, was not allowed. */
  AuditEvent refused(Caller caller, UUID patient, String reasonCode) {
    return denied(AuditAction.AUDIT_ACTION_ERASURE_REFUSED, caller, patient, reasonCode);
  }

  /** Something was not done. */
  AuditEvent denied(AuditAction action, Caller caller, UUID patient, String reasonCode) {
    return event(action, AuditOutcome.AUDIT_OUTCOME_DENIED, caller, patient, reasonCode);
  }

  /** A peer whose certificate names no service of ours wanted to say what it has evicted. */
  AuditEvent stranger(String reasonCode) {
    return events
        .event(
            AuditAction.AUDIT_ACTION_KEYS_DENIED,
            AuditOutcome.AUDIT_OUTCOME_DENIED,
            NOBODYS,
            AuditEvents.service("unidentified"))
        .setReasonCode(reasonCode)
        .addEntity(Entity.newBuilder().setType("Request").setId("evictions"))
        .build();
  }

  /** The keys are gone: for everybody who holds one, and for the log. */
  List<OutboxRow> destroyed(Erasure erasure, List<DestroyedKey> keys, Instant at) {
    Patient patient = erasure.patient();
    Subject subject = new Subject(patient.organisation(), SubjectKind.PATIENT, patient.id());
    AuditEvent.Builder event =
        bySelf(AuditAction.AUDIT_ACTION_SUBJECT_KEY_DESTROYED, patient)
            .setReasonCode(erasure.reason().text());
    List<OutboxRow> rows = new ArrayList<>();
    for (DestroyedKey key : keys) {
      rows.add(KeyStateRecords.of(key.id(), subject, key.version(), SubjectKeyState.DESTROYED, at));
      event.addEntity(Entity.newBuilder().setType("SubjectKey").setId(key.id().toString()));
    }
    rows.add(OutboxRow.audit(event.build()));
    return rows;
  }

  /** All is done; the entity's id is the SHA-256 of the receipt. */
  AuditEvent completed(Erasure erasure, String receipt) {
    return bySelf(AuditAction.AUDIT_ACTION_ERASURE_COMPLETED, erasure.patient())
        .addEntity(Entity.newBuilder().setType("ErasureReceipt").setId(sha256(receipt)))
        .setReasonCode(erasure.reason().text())
        .build();
  }

  private AuditEvent.Builder bySelf(AuditAction action, Patient patient) {
    return events
        .event(
            action,
            AuditOutcome.AUDIT_OUTCOME_SUCCESS,
            patient.organisation(),
            AuditEvents.service(self.toString()))
        .addPatientId(patient.id().toString());
  }

  private static String sha256(String receipt) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256")
                  .digest(receipt.getBytes(StandardCharsets.US_ASCII)));
    } catch (NoSuchAlgorithmException broken) {
      throw new IllegalStateException("no SHA-256 here", broken);
    }
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
