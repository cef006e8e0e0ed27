package io.pulsewarden.keys.rekeying;

import io.pulsewarden.auditclient.AuditEvents;
import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.contracts.audit.v1.AuditOutcome;
import io.pulsewarden.contracts.audit.v1.Entity;
import io.pulsewarden.keys.access.Caller;
import io.pulsewarden.keys.subject.KeyStateRecords;
import io.pulsewarden.keys.subject.SubjectKeyState;
import io.pulsewarden.keys.subject.SubjectKind;
import io.pulsewarden.outbox.OutboxRow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What the world is told of rotated keys: to holders that they seal no more, and to the log. */
final class RekeyingRecords {

  /** So that an event stays well below what a leaf of the log may have. */
  private static final int KEYS_AN_EVENT = 100;

  private final AuditEvents events;

  RekeyingRecords(AuditEvents events) {
    this.events = events;
  }

  List<OutboxRow> of(List<Successor> successors, Caller by, Instant at) {
    List<OutboxRow> rows = new ArrayList<>();
    for (Successor next : successors) {
      KeyRow before = next.before();
      rows.add(
          KeyStateRecords.of(
              before.id(), before.subject(), before.version(), SubjectKeyState.ROTATING, at));
      rows.add(
          KeyStateRecords.of(
              next.id(), before.subject(), next.version(), SubjectKeyState.ACTIVE, at));
    }
    for (int from = 0; from < successors.size(); from += KEYS_AN_EVENT) {
      int to = Math.min(successors.size(), from + KEYS_AN_EVENT);
      rows.add(OutboxRow.audit(rotated(successors.subList(from, to), by)));
    }
    return rows;
  }

  private AuditEvent rotated(List<Successor> successors, Caller by) {
    AuditEvent.Builder event =
        events.event(
            AuditAction.AUDIT_ACTION_SUBJECT_KEY_ROTATED,
            AuditOutcome.AUDIT_OUTCOME_SUCCESS,
            by.organisation(),
            AuditEvents.user(by.userId(), by.roles()));
    for (Successor next : successors) {
      event.addEntity(entity("SubjectKey", next.id().toString()));
      event.addEntity(entity("PreviousSubjectKey", next.before().id().toString()));
      if (next.before().subject().kind() == SubjectKind.PATIENT) {
        event.addPatientId(next.before().subject().id().toString());
      }
    }
    return event.build();
  }

  private static Entity entity(String type, String id) {
    return Entity.newBuilder().setType(type).setId(id).build();
  }
}
