package io.pulsewarden.keys.subject;

import com.google.protobuf.ByteString;
import io.pulsewarden.contracts.keys.v1.KeyState;
import io.pulsewarden.contracts.keys.v1.KeyStateRecord;
import io.pulsewarden.contracts.keys.v1.KeySubjectKind;
import io.pulsewarden.outbox.OutboxRow;
import java.time.Instant;
import java.util.UUID;

/** Records of {@code keys.key-state.v1}. */
public final class KeyStateRecords {

  private static final String TOPIC = "keys.key-state.v1";

  private KeyStateRecords() {}

  /** That this key is now in that state. */
  public static OutboxRow of(
      UUID id, Subject subject, int version, SubjectKeyState state, Instant changedAt) {
    KeyStateRecord record =
        KeyStateRecord.newBuilder()
            .setSubjectKey(
                io.pulsewarden.contracts.keys.v1.SubjectKeyState.newBuilder()
                    .setSubjectKeyId(id.toString())
                    .setOrganisationId(subject.organisation().toString())
                    .setSubjectKind(kind(subject.kind()))
                    .setSubjectId(subject.id().toString())
                    .setVersion(version)
                    .setState(state(state))
                    .setChangedAtMs(changedAt.toEpochMilli()))
            .build();
    return OutboxRow.record(TOPIC, ByteString.copyFromUtf8(id.toString()), record.toByteString());
  }

  private static KeyState state(SubjectKeyState state) {
    return switch (state) {
      case ACTIVE -> KeyState.KEY_STATE_ACTIVE;
      case ROTATING -> KeyState.KEY_STATE_ROTATING;
      case DESTROYED -> KeyState.KEY_STATE_DESTROYED;
    };
  }

  private static KeySubjectKind kind(SubjectKind kind) {
    return switch (kind) {
      case PATIENT -> KeySubjectKind.KEY_SUBJECT_KIND_PATIENT;
      case DEVICE -> KeySubjectKind.KEY_SUBJECT_KIND_DEVICE;
      case ORGANISATION -> KeySubjectKind.KEY_SUBJECT_KIND_ORGANISATION;
    };
  }
}
