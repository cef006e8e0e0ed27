package io.pulsewarden.telemetry.store;

import io.smallrye.mutiny.Uni;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Where a partition's records become durable. A failed {@code Uni} means 'not now': the consumer
 * goes back to {@link #position} and tries again, for as long as it takes.
 */
public interface PartitionSink {

  /** What became of a run of records. */
  sealed interface Outcome {
    /** All of it is committed, and so is the offset to go on from. */
    record Stored(long nextOffset) implements Outcome {}

    /**
     * The partition was moved on, by another instance or by an earlier attempt whose answer was
     * lost: nothing was written.
     */
    record Superseded() implements Outcome {}
  }

  /** The offset to read next, as the database has it; 0 for a partition never seen. */
  Uni<Long> position(TopicPartition partition);

  /**
   * Writes the records and the offset behind them in one transaction, if the database still expects
   * {@code expectedOffset}.
   *
   * @param records in order of offset, at least one
   */
  Uni<Outcome> store(
      TopicPartition partition,
      long expectedOffset,
      List<ConsumerRecord<byte[], byte @Nullable []>> records);
}
