package io.pulsewarden.telemetry.intake;

import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Sends sealed records to Kafka: idempotent, {@code acks=all}, in the order in which they are
 * given. Thread-safe.
 *
 * <p>A crash after Kafka took a record and before the device heard of it leaves a record that the
 * device sends again; readings merge by key, so it is read once.
 */
@Singleton
public final class VitalsPublisher {

  private static final Duration CLOSING = Duration.ofSeconds(5);

  // Sending can block while metadata is missing: never on the thread that answers pings.
  private final ExecutorService sender =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().name("vitals-sender").factory());
  private final Producer<String, byte[]> producer;
  private final Duration timeout;

  VitalsPublisher(
      @Identifier("default-kafka-broker") Map<String, Object> kafka,
      IntakeConfiguration configuration) {
    this.timeout = configuration.deliveryTimeout();
    this.producer = new KafkaProducer<>(settings(kafka, timeout));
  }

  /** Completes when Kafka was reached and has the topics. */
  CompletionStage<Void> prepare() {
    return CompletableFuture.runAsync(
            () -> {
              producer.partitionsFor(OutgoingRecord.VITALS);
              producer.partitionsFor(OutgoingRecord.QUARANTINE);
            },
            sender)
        .exceptionallyCompose(_ -> sender.isShutdown() ? new CompletableFuture<>() : prepare());
  }

  /** Completes, on Kafka's thread, when all of them are acknowledged; fails if one is not. */
  CompletionStage<Void> send(List<OutgoingRecord> records) {
    long deadline = System.nanoTime() + timeout.toNanos();
    CompletableFuture<?>[] acknowledged =
        records.stream()
            .map(_ -> new CompletableFuture<Void>())
            .toArray(CompletableFuture<?>[]::new);
    sender.execute(
        () -> {
          for (int i = 0; i < records.size(); i++) {
            send(records.get(i), acknowledged[i], deadline);
          }
        });
    return CompletableFuture.allOf(acknowledged);
  }

  private void send(OutgoingRecord record, CompletableFuture<?> acknowledged, long deadline) {
    try {
      awaitPartitions(record.topic(), deadline);
      // The callback tells; the future would only block.
      Future<RecordMetadata> _ =
          producer.send(
              new ProducerRecord<>(record.topic(), record.key(), record.value()),
              (_, failure) -> {
                if (failure == null) {
                  acknowledged.complete(null);
                } else {
                  acknowledged.completeExceptionally(failure);
                }
              });
    } catch (KafkaException | IllegalStateException refused) {
      acknowledged.completeExceptionally(refused);
    }
  }

  /**
   * A producer that lost sight of every broker forgets where partitions are, and then refuses
   * within {@code max.block.ms} what it should keep for the delivery timeout.
   */
  private void awaitPartitions(String topic, long deadline) {
    while (true) {
      try {
        producer.partitionsFor(topic);
        return;
      } catch (TimeoutException notYet) {
        if (System.nanoTime() - deadline > 0) {
          throw notYet;
        }
      }
    }
  }

  @PreDestroy
  void close() {
    sender.shutdown();
    producer.close(CLOSING);
  }

  private static Map<String, Object> settings(Map<String, Object> kafka, Duration timeout) {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, StringSerializer.class);
    settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Math.toIntExact(timeout.toMillis()));
    settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 1_000);
    // More than the sessions' budget for payloads: memory runs out there, where it has an answer.
    settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 128L * 1024 * 1024);
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 2);
    settings.put(ProducerConfig.BATCH_SIZE_CONFIG, 64 * 1024);
    settings.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000);
    return settings;
  }
}
