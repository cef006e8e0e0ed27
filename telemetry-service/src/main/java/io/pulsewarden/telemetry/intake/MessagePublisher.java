package io.pulsewarden.telemetry.intake;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One message's records on their way to Kafka. {@link #handOver} may be called again, by one thread
 * after another, until it says that the producer has all of them.
 */
final class MessagePublisher {

  private final Producer<String, byte[]> producer;
  private final List<OutgoingRecord> records;
  private final AtomicInteger unacknowledged;
  private final CompletableFuture<Void> acknowledged = new CompletableFuture<>();
  private int next;
  private @Nullable Thread handing;
  private boolean refused;

  /**
   * One that has not begun.
   *
   * @param producer that never waits: what it can't take at once it refuses with a {@link
   *     TimeoutException}, before {@code send} returns
   */
  MessagePublisher(Producer<String, byte[]> producer, List<OutgoingRecord> records) {
    this.producer = producer;
    this.records = records;
    this.unacknowledged = new AtomicInteger(records.size());
    if (records.isEmpty()) {
      acknowledged.complete(null);
    }
  }

  /** Completes when all are acknowledged; fails as soon as one is not. */
  CompletionStage<Void> acknowledged() {
    return acknowledged;
  }

  /** Goes on where the producer refused; false if it refuses again. */
  boolean handOver() {
    handing = Thread.currentThread();
    try {
      while (next < records.size()) {
        OutgoingRecord record = records.get(next);
        refused = false;
        // The callback tells; the future would only block.
        Future<RecordMetadata> _ =
            producer.send(
                new ProducerRecord<>(record.topic(), record.key(), record.value()),
                (_, failure) -> answered(failure));
        if (refused) {
          return false;
        }
        next++;
      }
    } catch (KafkaException | IllegalStateException closed) {
      fail(closed);
    }
    return true;
  }

  void fail(Exception failure) {
    acknowledged.completeExceptionally(failure);
  }

  // Kafka answers on its own thread. On ours it says that it did not take the record.
  private void answered(@Nullable Exception failure) {
    if (failure == null) {
      if (unacknowledged.decrementAndGet() == 0) {
        acknowledged.complete(null);
      }
    } else if (failure instanceof TimeoutException && Thread.currentThread() == handing) {
      refused = true;
    } else {
      fail(failure instanceof RecordTooLargeException ? new TooLargeException(failure) : failure);
    }
  }
}
