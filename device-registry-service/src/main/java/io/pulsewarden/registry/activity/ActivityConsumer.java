package io.pulsewarden.registry.activity;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.vertx.VertxContextSupport;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code telemetry.device-activity.v1} on a thread of its own, in a group, so that instances
 * share the partitions. An offset is committed after the reports before it are. Whatever goes wrong
 * between, Kafka or the database being away or a certificate being replaced, it begins anew from
 * the last committed offset, with the certificate that is there then.
 */
@ApplicationScoped
class ActivityConsumer {

  static final String TOPIC = "telemetry.device-activity.v1";

  private static final Logger LOG = Logger.getLogger(ActivityConsumer.class);
  private static final String GROUP = "device-registry-service.activity";
  private static final String COUNTER = "pulsewarden.device.activity";
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Map<String, Object> kafka;
  private final ActivityStore store;
  private final MeterRegistry metrics;
  private final CountDownLatch stop = new CountDownLatch(1);
  private @Nullable Thread thread;

  ActivityConsumer(
      @Identifier("default-kafka-broker") Map<String, Object> kafka,
      ActivityStore store,
      MeterRegistry metrics) {
    this.kafka = new HashMap<>(kafka);
    this.kafka.put(ConsumerConfig.GROUP_ID_CONFIG, GROUP);
    this.kafka.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    this.kafka.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    this.store = store;
    this.metrics = metrics;
  }

  void start(@Observes StartupEvent event) {
    thread = Thread.ofPlatform().daemon().name("device-activity").start(this::run);
  }

  void stop(@Observes ShutdownEvent event) {
    stop.countDown();
    Thread running = thread;
    if (running == null) {
      return;
    }
    try {
      running.join(PATIENCE);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    do {
      try (KafkaConsumer<byte[], byte[]> consumer =
          new KafkaConsumer<>(kafka, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
        consumer.subscribe(List.of(TOPIC));
        while (!stopped(Duration.ZERO)) {
          for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
            merge(record);
          }
          // A crash before this reads the reports again, which changes nothing.
          consumer.commitSync();
        }
      } catch (RuntimeException interrupted) {
        LOG.warn("device activity is interrupted", interrupted);
      }
    } while (!stopped(PAUSE));
  }

  private void merge(ConsumerRecord<byte[], byte[]> record) {
    Optional<ActivityReport> report = ActivityReport.parse(record.value());
    if (report.isEmpty()) {
      LOG.warnf(
          "a device activity record can't be read partition=%d offset=%d",
          record.partition(), record.offset());
      count("unreadable");
      return;
    }
    count(await(report.get()) ? "merged" : "unknown-device");
  }

  private boolean await(ActivityReport report) {
    try {
      return VertxContextSupport.subscribeAndAwait(() -> store.merge(report));
    } catch (Throwable failed) {
      throw new IllegalStateException("a device activity report was not merged", failed);
    }
  }

  private void count(String outcome) {
    metrics.counter(COUNTER, "outcome", outcome).increment();
  }

  private boolean stopped(Duration patience) {
    try {
      return stop.await(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return true;
    }
  }
}
