package io.pulsewarden.keys.subject;

import com.google.protobuf.ByteString;
import io.pulsewarden.auditclient.AuditEvents;
import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.contracts.audit.v1.AuditOutcome;
import io.pulsewarden.contracts.audit.v1.Entity;
import io.pulsewarden.contracts.keys.v1.KeyState;
import io.pulsewarden.contracts.keys.v1.KeyStateRecord;
import io.pulsewarden.contracts.keys.v1.KeySubjectKind;
import io.pulsewarden.contracts.keys.v1.SubjectKeyState;
import io.pulsewarden.outbox.OutboxRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/** What the world is told of new subject keys: their state, and that they were made. */
final class CreationRecords {

  private static final String TOPIC = "keys.key-state.v1";

  /** So that an event stays well below what a leaf of the log may have. */
  private static final int KEYS_AN_EVENT = 200;

  private final AuditEvents events;

  CreationRecords(AuditEvents events) {
    this.events = events;
  }

  List<OutboxRow> of(List<StoredKey> added, String requestedBy) {
    List<OutboxRow> rows = new ArrayList<>();
    added.forEach(key -> rows.add(state(key)));
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

  private static OutboxRow state(StoredKey key) {
    KeyStateRecord record =
        KeyStateRecord.newBuilder()
            .setSubjectKey(
                SubjectKeyState.newBuilder()
                    .setSubjectKeyId(key.id().toString())
                    .setOrganisationId(key.subject().organisation().toString())
                    .setSubjectKind(kind(key.subject().kind()))
                    .setSubjectId(key.subject().id().toString())
                    .setVersion(key.version())
                    .setState(KeyState.KEY_STATE_ACTIVE)
                    .setChangedAtMs(key.createdAt().toEpochMilli()))
            .build();
    return OutboxRow.record(
        TOPIC, ByteString.copyFromUtf8(key.id().toString()), record.toByteString());
  }

  private static KeySubjectKind kind(SubjectKind kind) {
    return switch (kind) {
      case PATIENT -> KeySubjectKind.KEY_SUBJECT_KIND_PATIENT;
      case DEVICE -> KeySubjectKind.KEY_SUBJECT_KIND_DEVICE;
      case ORGANISATION -> KeySubjectKind.KEY_SUBJECT_KIND_ORGANISATION;
    };
  }
}
