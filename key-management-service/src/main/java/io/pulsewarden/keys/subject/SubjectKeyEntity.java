package io.pulsewarden.keys.subject;

import com.google.protobuf.ByteString;
import io.pulsewarden.keys.kek.KekName;
import io.pulsewarden.keys.kek.KekVersion;
import io.pulsewarden.keys.kek.Wrapped;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.NullUnmarked;

/** A row of subject_key. */
@Entity
@Table(name = "subject_key")
@NullUnmarked // Hibernate makes it empty and fills it afterwards.
class SubjectKeyEntity {

  @Id UUID id;

  @Column(name = "organisation_id", nullable = false, updatable = false)
  UUID organisationId;

  @Enumerated(EnumType.STRING)
  @Column(name = "subject_kind", nullable = false, updatable = false)
  SubjectKind subjectKind;

  @Column(name = "subject_id", nullable = false, updatable = false)
  UUID subjectId;

  @Column(nullable = false, updatable = false)
  int version;

  @Enumerated(EnumType.STRING)
  @Column(nullable = false)
  SubjectKeyState state;

  @Column(nullable = false, updatable = false)
  int shard;

  @Column(name = "kek_version", nullable = false)
  int kekVersion;

  byte[] wrapped;

  @Column(name = "created_at", nullable = false, updatable = false)
  Instant createdAt;

  @Column(name = "rotated_at")
  Instant rotatedAt;

  @Column(name = "destroyed_at")
  Instant destroyedAt;

  protected SubjectKeyEntity() {}

  static SubjectKeyEntity of(StoredKey key, Wrapped wrapped) {
    SubjectKeyEntity row = new SubjectKeyEntity();
    row.id = key.id();
    row.organisationId = key.subject().organisation();
    row.subjectKind = key.subject().kind();
    row.subjectId = key.subject().id();
    row.version = key.version();
    row.state = key.state();
    row.shard = wrapped.kek().name().shard();
    row.kekVersion = wrapped.kek().version();
    row.wrapped = wrapped.bytes().toByteArray();
    row.createdAt = key.createdAt();
    return row;
  }

  StoredKey toStoredKey() {
    Wrapped bytes =
        wrapped == null
            ? null
            : new Wrapped(
                new KekVersion(new KekName(organisationId, shard), kekVersion),
                ByteString.copyFrom(wrapped));
    return new StoredKey(
        id, new Subject(organisationId, subjectKind, subjectId), version, state, bytes, createdAt);
  }
}
