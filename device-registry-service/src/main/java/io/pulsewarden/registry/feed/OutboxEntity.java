package io.pulsewarden.registry.feed;

import com.google.protobuf.ByteString;
import io.pulsewarden.outbox.OutboxRow;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import org.jspecify.annotations.Nullable;

/** A row of {@code outbox} on its way in; the relay alone reads and deletes it. */
@Entity
@Table(name = "outbox")
class OutboxEntity {

  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  @Nullable Long id;

  String topic;
  @Nullable Integer partition;

  @Column(name = "record_key")
  byte @Nullable [] key;

  byte[] value;
  short kind;

  @SuppressWarnings("NullAway.Init") // Hibernate asks for it.
  protected OutboxEntity() {}

  OutboxEntity(OutboxRow row) {
    ByteString rowKey = row.key();
    this.topic = row.topic();
    this.partition = row.partition();
    this.key = rowKey == null ? null : rowKey.toByteArray();
    this.value = row.value().toByteArray();
    this.kind = row.kind().code();
  }
}
