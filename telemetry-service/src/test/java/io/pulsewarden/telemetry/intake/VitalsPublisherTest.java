package io.pulsewarden.telemetry.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Against a producer that refuses at once, as Kafka's does where it may not wait. */
class VitalsPublisherTest {

  private final RefusingProducer producer = new RefusingProducer();
  private final VitalsPublisher publisher = new VitalsPublisher(producer, Duration.ofSeconds(30));

  @AfterEach
  void close() {
    publisher.close();
  }

  @Test
  void shouldAcknowledgeAMessageWhenKafkaHasAllOfIt() {
    CompletableFuture<Void> stored = send("a", "b");

    assertThat(keys()).containsExactly("a", "b");
    producer.completeNext();
    assertThat(stored).isNotDone();
    producer.completeNext();
    assertThat(stored).isCompleted();
  }

  @Test
  void shouldKeepTheOrderOfMessagesWhileTheProducerRefuses() {
    producer.takes = 1;

    CompletableFuture<Void> first = send("a", "b");
    CompletableFuture<Void> second = send("c");
    assertThat(keys()).containsExactly("a");
    producer.takes = Integer.MAX_VALUE;

    await().untilAsserted(() -> assertThat(keys()).containsExactly("a", "b", "c"));
    assertThat(first).isNotDone();
    while (producer.completeNext()) {
      // Each record in turn.
    }
    await().untilAsserted(() -> assertThat(first).isCompleted());
    await().untilAsserted(() -> assertThat(second).isCompleted());
  }

  @Test
  void shouldFailAMessageThatCanNotBeHandedOverInTime() {
    producer.takes = 0;
    try (Closing impatient = new Closing(new VitalsPublisher(producer, Duration.ofMillis(50)))) {
      CompletableFuture<Void> stored =
          impatient.publisher().send(List.of(record("a"))).toCompletableFuture();

      await().untilAsserted(() -> assertThat(stored).isCompletedExceptionally());
    }
    assertThat(keys()).isEmpty();
  }

  @Test
  void shouldFailAMessageOfWhichKafkaRefusesOneRecord() {
    CompletableFuture<Void> stored = send("a", "b");

    producer.completeNext();
    producer.errorNext(new RecordTooLargeException());

    assertThat(stored).isCompletedExceptionally();
  }

  @Test
  void shouldHaveNothingToWaitForWhereNothingIsLeft() {
    assertThat(send()).isCompleted();
  }

  private record Closing(VitalsPublisher publisher) implements AutoCloseable {
    @Override
    public void close() {
      publisher.close();
    }
  }

  private CompletableFuture<Void> send(String... keys) {
    return publisher
        .send(List.of(keys).stream().map(VitalsPublisherTest::record).toList())
        .toCompletableFuture();
  }

  private static OutgoingRecord record(String key) {
    return new OutgoingRecord(OutgoingRecord.VITALS, key, new byte[1]);
  }

  private List<String> keys() {
    return producer.history().stream().map(ProducerRecord::key).toList();
  }

  private static final class RefusingProducer extends MockProducer<String, byte[]> {

    private volatile int takes = Integer.MAX_VALUE;

    private RefusingProducer() {
      super(false, null, new StringSerializer(), new ByteArraySerializer());
    }

    @Override
    public synchronized Future<RecordMetadata> send(
        ProducerRecord<String, byte[]> record, Callback callback) {
      if (takes == 0) {
        TimeoutException refusal = new TimeoutException("not present in metadata after 0 ms");
        callback.onCompletion(null, refusal);
        return CompletableFuture.failedFuture(refusal);
      }
      takes--;
      return super.send(record, callback);
    }

    @Override
    public void close(Duration atMost) {
      // Two publishers share it.
    }
  }
}
