package io.pulsewarden.telemetry.devicefeed;

import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jboss.logging.Logger;

/**
 * Reads all of device-registry.device-state.v1, from the beginning and for ever, on a thread of its
 * own. No group and no offsets: the topic is compacted, and every instance needs all of it.
 *
 * <p>Whatever breaks, it starts again from the beginning; versions make that harmless, and
 * meanwhile {@link FeedFreshness} says that the feed is not to be relied on.
 */
@Singleton
public final class DeviceFeedConsumer {

  static final String TOPIC = "device-registry.device-state.v1";

  private static final Logger LOG = Logger.getLogger(DeviceFeedConsumer.class);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final long PARTITIONS_CHECKED_EACH_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final long PAUSE_MILLIS = 1_000;

  private final Map<String, Object> kafka;
  private final FeedFreshness freshness;
  private final DeviceMessages messages;
  private final CompletableFuture<Void> caughtUp = new CompletableFuture<>();
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final Thread thread =
      Thread.ofPlatform().name("device-feed").daemon().unstarted(this::run);

  DeviceFeedConsumer(
      @Identifier("default-kafka-broker") Map<String, Object> kafka,
      DeviceDirectory directory,
      FeedFreshness freshness) {
    this.kafka = settings(kafka);
    this.freshness = freshness;
    this.messages = new DeviceMessages(directory, freshness);
  }

  /** Starts reading; completes when the topic was read to its end for the first time. */
  public CompletionStage<Void> start() {
    thread.start();
    return caughtUp.minimalCompletionStage();
  }

  @PreDestroy
  void stop() {
    stopping.countDown();
    try {
      thread.join(TimeUnit.SECONDS.toMillis(5));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    while (!stopped(0)) {
      try (Consumer<String, byte[]> consumer = new KafkaConsumer<>(kafka)) {
        read(consumer);
      } catch (RuntimeException broken) {
        // Not only Kafka's: whatever it is, a thread that ended would hear of no revocation.
        LOG.warnf("device feed broke off, reading it anew: error=%s", broken.getClass().getName());
        stopped(PAUSE_MILLIS);
      }
    }
  }

  private void read(Consumer<String, byte[]> consumer) {
    List<TopicPartition> partitions = partitions(consumer);
    freshness.expect(partitions.size());
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, CONNECT);
    boolean behind = true;
    long checked = System.nanoTime();
    while (!stopped(0)) {
      consumer.poll(POLL).forEach(this::apply);
      if (behind && atEnd(consumer, ends)) {
        behind = false;
        freshness.caughtUp();
        caughtUp.complete(null);
        LOG.infof("device feed read to its end: partitions=%d", partitions.size());
      }
      if (System.nanoTime() - checked > PARTITIONS_CHECKED_EACH_NANOS) {
        checked = System.nanoTime();
        // A partition that is not read could hold a revocation.
        if (partitions(consumer).size() != partitions.size()) {
          throw new IllegalStateException("the feed has other partitions now");
        }
      }
    }
  }

  private static List<TopicPartition> partitions(Consumer<String, byte[]> consumer) {
    List<TopicPartition> partitions =
        consumer.partitionsFor(TOPIC, CONNECT).stream()
            .map(info -> new TopicPartition(TOPIC, info.partition()))
            .toList();
    if (partitions.isEmpty()) {
      throw new IllegalStateException("the feed's topic is not there");
    }
    return partitions;
  }

  private static boolean atEnd(Consumer<String, byte[]> consumer, Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream()
        .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
  }

  private void apply(ConsumerRecord<String, byte[]> record) {
    String key = record.key();
    if (key == null || !messages.apply(record.partition(), key, record.value())) {
      LOG.errorf(
          "device state that can't be read, its device is shut out: partition=%d offset=%d",
          record.partition(), record.offset());
    }
  }

  /** Waits so long for the end of the service; true if it has come. */
  private boolean stopped(long waitMillis) {
    try {
      return stopping.await(waitMillis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  private static Map<String, Object> settings(Map<String, Object> kafka) {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, StringDeserializer.class);
    settings.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 100);
    settings.put(ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 500);
    return settings;
  }
}
