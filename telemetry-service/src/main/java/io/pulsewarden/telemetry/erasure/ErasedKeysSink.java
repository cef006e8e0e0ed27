package io.pulsewarden.telemetry.erasure;

import io.pulsewarden.telemetry.store.ConsumerOffsetStore;
import io.pulsewarden.telemetry.store.PartitionSink;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Deletes what is kept in clear of patients whose keys were destroyed. Purging twice does no harm,
 * so the place in the topic moves with a purge and need not be compared: heartbeats alone write
 * nothing. Thread-safe.
 */
final class ErasedKeysSink implements PartitionSink {

  private final ConsumerOffsetStore offsets;
  private final PurgeStore purges;
  private final Wearings wearings;

  ErasedKeysSink(ConsumerOffsetStore offsets, PurgeStore purges, Wearings wearings) {
    this.offsets = offsets;
    this.purges = purges;
    this.wearings = wearings;
  }

  @Override
  public Uni<Long> position(TopicPartition partition) {
    return offsets.position(partition);
  }

  @Override
  public Uni<Outcome> store(
      TopicPartition partition,
      long expectedOffset,
      List<ConsumerRecord<byte[], byte @Nullable []>> records) {
    long next = records.getLast().offset() + 1;
    List<ErasedKey> erased =
        records.stream()
            .flatMap(
                record -> {
                  byte[] value = record.value();
                  return value == null ? Stream.empty() : ErasedKey.read(value).stream();
                })
            .toList();
    if (erased.isEmpty()) {
      return Uni.createFrom().item(new Outcome.Stored(next));
    }
    if (!wearings.known()) {
      // Whose the held readings are is not known yet: the consumer comes back.
      return Uni.createFrom().failure(new IllegalStateException("the device feed is not read"));
    }
    return purges.purge(partition, next, erased, wearings).replaceWith(new Outcome.Stored(next));
  }
}
