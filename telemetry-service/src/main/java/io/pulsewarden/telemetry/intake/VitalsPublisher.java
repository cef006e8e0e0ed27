package io.pulsewarden.telemetry.intake;

import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Sends sealed records to Kafka: idempotent, {@code acks=all}, in the order in which they are
 * given. Never blocks its caller, which may be the thread that answers pings. Thread-safe.
 *
 * <p>A crash after Kafka took a record and before the device heard of it leaves a record that the
 * device sends again; readings merge by key, so it is read once.
 */
@Singleton
public final class VitalsPublisher {
  private static final Duration CLOSING = Duration.ofSeconds(5);
  private static final long PAUSE_NANOS = Duration.ofMillis(20).toNanos();

  // What the producer refuses at once waits here, in its order, and all that comes after it.
  private final ExecutorService patient =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().name("vitals-sender").factory());
  private final AtomicInteger waiting = new AtomicInteger();
  private final Producer<String, byte[]> producer;
  private final Duration timeout;

  @Inject
  VitalsPublisher(
      @Identifier("default-kafka-broker") Map<String, Object> kafka,
      IntakeConfiguration configuration) {
    this(new KafkaProducer<>(settings(kafka, configuration)), configuration.deliveryTimeout());
  }

  /**
   * Over another producer.
   *
   * @param producer as {@link MessagePublisher} needs it
   */
  VitalsPublisher(Producer<String, byte[]> producer, Duration timeout) {
    this.producer = producer;
    this.timeout = timeout;
  }

  /** Completes when Kafka was reached and has the topics. */
  CompletionStage<Void> prepare() {
    return CompletableFuture.runAsync(
        () -> {
          while (!patient.isShutdown() && !knowsTopics()) {
            LockSupport.parkNanos(PAUSE_NANOS);
          }
        },
        patient);
  }

  private boolean knowsTopics() {
    try {
      return !producer.partitionsFor(OutgoingRecord.VITALS).isEmpty()
          && !producer.partitionsFor(OutgoingRecord.QUARANTINE).isEmpty();
    } catch (KafkaException notYet) {
      return false;
    }
  }

  /** Completes, on Kafka's thread, when all of them are acknowledged; fails if one is not. */
  CompletionStage<Void> send(List<OutgoingRecord> records) {
    MessagePublisher message = new MessagePublisher(producer, records);
    if (waiting.get() > 0 || !message.handOver()) {
      sendLater(message);
    }
    return message.acknowledged();
  }

  private void sendLater(MessagePublisher message) {
    long deadline = System.nanoTime() + timeout.toNanos();
    waiting.incrementAndGet();
    try {
      patient.execute(
          () -> {
            try {
              while (!message.handOver()) {
                if (patient.isShutdown() || System.nanoTime() - deadline > 0) {
                  message.fail(new TimeoutException("Kafka takes nothing now"));
                  return;
                }
                LockSupport.parkNanos(PAUSE_NANOS);
              }
            } finally {
              waiting.decrementAndGet();
            }
          });
    } catch (RejectedExecutionException closed) {
      waiting.decrementAndGet();
      message.fail(closed);
    }
  }

  @PreDestroy
  void close() {
    patient.shutdown();
    producer.close(CLOSING);
  }

  private static Map<String, Object> settings(
      Map<String, Object> kafka, IntakeConfiguration configuration) {
    Duration timeout = configuration.deliveryTimeout();
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, StringSerializer.class);
    settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Math.toIntExact(timeout.toMillis()));
    settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
    // A producer that lost sight of every broker forgets where partitions are. It has to say so at
    // once, to whoever may not wait; MessagePublisher makes a refusal of it.
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 0);
    // More than the sessions' budget for payloads: memory runs out there, where it has an answer.
    settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 128L * 1024 * 1024);
    // As the topics' max.message.bytes; nothing that is sealed is larger.
    settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 1024 * 1024);
    settings.put(ProducerConfig.LINGER_MS_CONFIG, configuration.linger().toMillis());
    settings.put(ProducerConfig.BATCH_SIZE_CONFIG, 64 * 1024);
    settings.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000);
    return settings;
  }
}
