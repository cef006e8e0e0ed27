package io.pulsewarden.outbox;

import com.google.protobuf.ByteString;
import io.pulsewarden.auditclient.AuditTopic;
import io.pulsewarden.auditclient.ChainStamper;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import org.jspecify.annotations.Nullable;

/**
 * What is to leave by Kafka once its transaction commits.
 *
 * @param partition null where Kafka's partitioner chooses by key
 * @param key null where the topic has none
 * @param value at most 900,000 bytes, so that Kafka can take it
 */
public record OutboxRow(
    String topic,
    @Nullable Integer partition,
    @Nullable ByteString key,
    ByteString value,
    OutboxKind kind) {

  /** Below Kafka's limit of a megabyte: a row that Kafka refuses would block those behind it. */
  private static final int MAX_VALUE_BYTES = 900_000;

  /** What the chain adds to an event, amply. */
  private static final int CHAIN_BYTES = 512;

  public OutboxRow {
    if (value.size() > MAX_VALUE_BYTES) {
      throw new IllegalArgumentException("too large for Kafka");
    }
    if (kind != OutboxKind.RECORD && value.size() > ChainStamper.MAX_RECORD_BYTES - CHAIN_BYTES) {
      throw new IllegalArgumentException("too large for an audit record");
    }
  }

  /** A record sent as it is. */
  public static OutboxRow record(String topic, ByteString key, ByteString value) {
    return new OutboxRow(topic, null, key, value, OutboxKind.RECORD);
  }

  /** A record for a given partition. */
  public static OutboxRow record(String topic, int partition, ByteString key, ByteString value) {
    return new OutboxRow(topic, partition, key, value, OutboxKind.RECORD);
  }

  /** An audit event; the relay gives it its place in the chain. */
  public static OutboxRow audit(AuditEvent event) {
    return new OutboxRow(
        AuditTopic.NAME, AuditTopic.PARTITION, null, event.toByteString(), OutboxKind.AUDIT_EVENT);
  }
}
