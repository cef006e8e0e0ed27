package io.pulsewarden.telemetry.store;

import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * What was polled of a partition and is not stored yet.
 *
 * @param records in order of offset, at least one
 */
record PartitionRecords(
    TopicPartition partition, List<ConsumerRecord<byte[], byte @Nullable []>> records) {

  /** So many go into one transaction, and into one range of receipts. */
  static final int BATCH = 500;

  /** The first of them. */
  List<ConsumerRecord<byte[], byte @Nullable []>> batch() {
    return records.subList(0, Math.min(BATCH, records.size()));
  }

  long firstOffset() {
    return records.getFirst().offset();
  }

  /** Whether there are more than {@link #batch}. */
  boolean goesOn() {
    return records.size() > BATCH;
  }

  /** What comes behind {@link #batch}; only if it goes on. */
  PartitionRecords rest() {
    return new PartitionRecords(partition, records.subList(BATCH, records.size()));
  }
}
