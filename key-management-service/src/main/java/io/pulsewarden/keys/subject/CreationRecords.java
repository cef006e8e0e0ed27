package io.pulsewarden.keys.subject;

import io.pulsewarden.auditclient.AuditEvents;
import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.contracts.audit.v1.AuditOutcome;
import io.pulsewarden.contracts.audit.v1.Entity;
import io.pulsewarden.outbox.OutboxRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/** What the world is told of new subject keys: their state, and that they were made. */
final class CreationRecords {

  /** So that an event stays well below what a leaf of the log may have. */
  private static final int KEYS_AN_EVENT = 200;

  private final AuditEvents events;

  CreationRecords(AuditEvents events) {
    this.events = events;
  }

  List<OutboxRow> of(List<StoredKey> added, String requestedBy) {
    List<OutboxRow> rows = new ArrayList<>();
    added.forEach(
        key ->
            rows.add(
                KeyStateRecords.of(
                    key.id(), key.subject(), key.version(), key.state(), key.createdAt())));
    Map<UUID, List<StoredKey>> byOrganisation =
        added.stream().collect(Collectors.groupingBy(key -> key.subject().organisation()));
    byOrganisation.forEach(
        (organisation, keys) -> {
          for (int from = 0; from < keys.size(); from += KEYS_AN_EVENT) {
            List<StoredKey> some = keys.subList(from, Math.min(keys.size(), from + KEYS_AN_EVENT));
            rows.add(OutboxRow.audit(created(organisation, some, requestedBy)));
          }
        });
    return rows;
  }

  private AuditEvent created(UUID organisation, List<StoredKey> keys, String requestedBy) {
    AuditEvent.Builder event =
        events.event(
            AuditAction.AUDIT_ACTION_SUBJECT_KEY_CREATED,
            AuditOutcome.AUDIT_OUTCOME_SUCCESS,
            organisation,
            AuditEvents.service(requestedBy));
    for (StoredKey key : keys) {
      event.addEntity(Entity.newBuilder().setType("SubjectKey").setId(key.id().toString()));
      if (key.subject().kind() == SubjectKind.PATIENT) {
        event.addPatientId(key.subject().id().toString());
      }
    }
    return event.build();
  }
}
