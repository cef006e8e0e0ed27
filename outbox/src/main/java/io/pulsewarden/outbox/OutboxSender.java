package io.pulsewarden.outbox;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;

/**
 * Sends rows in their order and says which ones Kafka has. The first failure ends the producer with
 * all that is behind it, so that no record overtakes a failed one. One thread.
 */
final class OutboxSender {

  private final Supplier<Producer<byte[], byte[]>> producers;
  private @Nullable Producer<byte[], byte[]> current;

  OutboxSender(Supplier<Producer<byte[], byte[]>> producers) {
    this.producers = producers;
  }

  /**
   * Sends these and waits for Kafka.
   *
   * @return the ids, from the first on, that Kafka acknowledged without a gap
   */
  List<Long> send(List<OutboxStore.Sendable> rows) {
    Producer<byte[], byte[]> producer = producer();
    List<CompletableFuture<Void>> answers = new ArrayList<>(rows.size());
    for (OutboxStore.Sendable row : rows) {
      CompletableFuture<Void> answer = new CompletableFuture<>();
      answers.add(answer);
      try {
        var _ =
            producer.send(
                row.kafkaRecord(),
                (metadata, failure) -> {
                  if (failure == null) {
                    answer.complete(null);
                  } else {
                    // On Kafka's thread, before it can send another batch.
                    producer.close(Duration.ZERO);
                    answer.completeExceptionally(failure);
                  }
                });
      } catch (RuntimeException refused) {
        answer.completeExceptionally(refused);
        break;
      }
    }
    return acknowledged(rows, answers);
  }

  private List<Long> acknowledged(
      List<OutboxStore.Sendable> rows, List<CompletableFuture<Void>> answers) {
    List<Long> ids = new ArrayList<>();
    for (int i = 0; i < answers.size(); i++) {
      try {
        answers.get(i).join();
      } catch (CompletionException failed) {
        close(Duration.ZERO);
        if (ids.isEmpty()) {
          throw new OutboxUnsentException(failed.getCause());
        }
        return ids;
      }
      ids.add(rows.get(i).id());
    }
    return ids;
  }

  void close(Duration patience) {
    if (current != null) {
      current.close(patience);
      current = null;
    }
  }

  private Producer<byte[], byte[]> producer() {
    Producer<byte[], byte[]> existing = current;
    if (existing == null) {
      existing = producers.get();
      current = existing;
    }
    return existing;
  }
}
