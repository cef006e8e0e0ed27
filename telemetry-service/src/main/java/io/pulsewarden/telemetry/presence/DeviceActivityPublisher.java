package io.pulsewarden.telemetry.presence;

import io.micrometer.core.instrument.MeterRegistry;
import io.pulsewarden.contracts.telemetry.v1.DeviceActivity;
import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/**
 * Tells the registry when a device was seen, on telemetry.device-activity.v1. Nobody waits for it,
 * and nothing depends on it: what a crash or a long outage swallows, the device's next connection
 * makes good. Thread-safe.
 */
@Singleton
final class DeviceActivityPublisher {

  static final String TOPIC = "telemetry.device-activity.v1";

  private static final Duration CLOSING = Duration.ofSeconds(2);

  /** While Kafka takes nothing; what comes then is not told. */
  private static final int MOST_WAITING = 10_000;

  private final Clock clock;
  private final MeterRegistry metrics;

  // Sending can block while metadata is missing: never on a session's thread.
  private final ExecutorService sender =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(MOST_WAITING),
          Thread.ofPlatform().name("device-activity").daemon().factory(),
          (_, _) -> countFailure(true));
  private final Producer<String, byte[]> producer;

  /** What is known of each connection that stands here. */
  private final Map<UUID, DeviceActivity> open = new ConcurrentHashMap<>();

  DeviceActivityPublisher(
      @Identifier("default-kafka-broker") Map<String, Object> kafka,
      Clock clock,
      MeterRegistry metrics) {
    this.clock = clock;
    this.metrics = metrics;
    this.producer = new KafkaProducer<>(settings(kafka));
  }

  /**
   * A connection was accepted.
   *
   * @param found what is known of the device's session before; null if that can't be known now
   */
  void connected(Connection connection, @Nullable Resumption found) {
    LastSession before = found == null ? null : found.last();
    add(
        connection,
        known -> {
          known.setConnectedAtMs(clock.millis());
          if (before != null) {
            add(known, before);
          }
        });
  }

  void disconnected(Connection connection) {
    add(connection, known -> known.setDisconnectedAtMs(clock.millis()));
    open.remove(connection.id());
  }

  /** A newer connection stands for the device. */
  void forget(Connection connection) {
    open.remove(connection.id());
  }

  void configured(Connection connection, long version) {
    add(
        connection,
        known ->
            known
                .setConfigurationVersion(version)
                .setConfigurationAcknowledgedAtMs(clock.millis()));
  }

  /** The topic is compacted: each record has to say all that is known, or the rest is forgotten. */
  private void add(Connection connection, Consumer<DeviceActivity.Builder> news) {
    DeviceActivity known =
        open.compute(
            connection.id(),
            (_, before) -> {
              DeviceActivity.Builder builder =
                  before == null
                      ? DeviceActivity.newBuilder()
                          .setDeviceId(connection.device().toString())
                          .setOrganisationId(connection.organisation().toString())
                      : before.toBuilder();
              news.accept(builder);
              return builder.build();
            });
    send(known);
  }

  private static void add(DeviceActivity.Builder known, LastSession before) {
    if (before.disconnectedAt() != null) {
      known.setDisconnectedAtMs(before.disconnectedAt().toInstant().toEpochMilli());
    }
    if (before.configurationVersion() != null && before.configurationAcknowledgedAt() != null) {
      known.setConfigurationVersion(before.configurationVersion());
      known.setConfigurationAcknowledgedAtMs(
          before.configurationAcknowledgedAt().toInstant().toEpochMilli());
    }
  }

  private void send(DeviceActivity activity) {
    if (sender.isShutdown()) {
      return;
    }
    ProducerRecord<String, byte[]> record =
        new ProducerRecord<>(TOPIC, activity.getDeviceId(), activity.toByteArray());
    sender.execute(
        () -> {
          try {
            Future<RecordMetadata> _ =
                producer.send(record, (_, failure) -> countFailure(failure != null));
          } catch (KafkaException | IllegalStateException refused) {
            countFailure(true);
          }
        });
  }

  private void countFailure(boolean failed) {
    if (failed) {
      metrics.counter("pulsewarden.sessions.activity.unsent").increment();
    }
  }

  @PreDestroy
  void close() {
    sender.shutdown();
    producer.close(CLOSING);
  }

  private static Map<String, Object> settings(Map<String, Object> kafka) {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, StringSerializer.class);
    settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 1_000);
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 120_000);
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 50);
    settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 8L * 1024 * 1024);
    return settings;
  }
}
