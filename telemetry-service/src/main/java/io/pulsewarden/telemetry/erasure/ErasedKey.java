package io.pulsewarden.telemetry.erasure;

import com.google.protobuf.InvalidProtocolBufferException;
import io.pulsewarden.contracts.keys.v1.KeyState;
import io.pulsewarden.contracts.keys.v1.KeyStateRecord;
import io.pulsewarden.contracts.keys.v1.KeySubjectKind;
import io.pulsewarden.contracts.keys.v1.SubjectKeyState;
import java.util.Optional;
import java.util.UUID;

/** A patient's key that was destroyed. */
record ErasedKey(UUID subjectKey, UUID organisation, UUID patient) {

  /** What the key-state record says, if it says that. What can't be read says nothing. */
  static Optional<ErasedKey> read(byte[] value) {
    try {
      KeyStateRecord record = KeyStateRecord.parseFrom(value);
      SubjectKeyState key = record.getSubjectKey();
      return key.getState() == KeyState.KEY_STATE_DESTROYED
              && key.getSubjectKind() == KeySubjectKind.KEY_SUBJECT_KIND_PATIENT
          ? Optional.of(
              new ErasedKey(
                  UUID.fromString(key.getSubjectKeyId()),
                  UUID.fromString(key.getOrganisationId()),
                  UUID.fromString(key.getSubjectId())))
          : Optional.empty();
    } catch (InvalidProtocolBufferException | IllegalArgumentException notOurs) {
      return Optional.empty();
    }
  }
}
