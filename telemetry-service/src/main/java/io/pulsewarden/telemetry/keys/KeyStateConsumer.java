package io.pulsewarden.telemetry.keys;

import com.google.protobuf.InvalidProtocolBufferException;
import io.pulsewarden.contracts.keys.v1.KeyState;
import io.pulsewarden.contracts.keys.v1.KeyStateRecord;
import io.pulsewarden.contracts.keys.v1.SubjectKeyState;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Listens to {@code keys.key-state.v1}, all partitions, without a group: each instance has to hear
 * everything. It begins at the end, since nothing is in hand when it begins. Thread-safe; blocks on
 * a thread of its own.
 */
final class KeyStateConsumer implements KeyFeed, AutoCloseable {

  static final String TOPIC = "keys.key-state.v1";

  private static final Logger LOG = Logger.getLogger(KeyStateConsumer.class);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Map<String, Object> kafka;
  private final Clock clock;
  private final Duration staleness;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Map<Integer, Long> lastHeartbeat = new ConcurrentHashMap<>();
  private @Nullable Thread thread;
  private volatile int partitions;

  /**
   * @param staleness how old the last heartbeat of each partition may be
   */
  KeyStateConsumer(Map<String, Object> kafka, Clock clock, Duration staleness) {
    this.kafka = new HashMap<>(kafka);
    // Another record format or a commit would be somebody else's setting.
    this.kafka.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    // A jump over lost offsets must be seen: it throws, and all begins anew.
    this.kafka.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    this.kafka.remove(ConsumerConfig.GROUP_ID_CONFIG);
    this.clock = clock;
    this.staleness = staleness;
  }

  /** Tells {@code changes} from now on. */
  void start(KeyChanges changes) {
    thread = Thread.ofPlatform().daemon().name("key-state-feed").start(() -> run(changes));
  }

  /**
   * A heartbeat of the future is none: one of the two clocks is wrong, and by a clock that was set
   * back every heartbeat would stay young for as long as it was set back.
   */
  @Override
  public boolean fresh() {
    int expected = partitions;
    long now = clock.millis();
    if (expected <= 0 || lastHeartbeat.size() != expected) {
      return false;
    }
    // Asked for each message: no stream.
    for (long at : lastHeartbeat.values()) {
      if (Math.abs(now - at) > staleness.toMillis()) {
        return false;
      }
    }
    return true;
  }

  /**
   * How old the oldest of the partitions' last heartbeats is, in seconds; below 0 where one is of
   * the future and further away than that, and not a number while one has not been heard.
   */
  double ageSeconds() {
    int expected = partitions;
    long now = clock.millis();
    if (expected <= 0 || lastHeartbeat.size() != expected) {
      return Double.NaN;
    }
    long furthest = 0;
    for (long at : lastHeartbeat.values()) {
      if (Math.abs(now - at) > Math.abs(furthest)) {
        furthest = now - at;
      }
    }
    return furthest / 1e3;
  }

  @Override
  public void close() {
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

  private void run(KeyChanges changes) {
    do {
      try (KafkaConsumer<byte[], byte[]> consumer =
          new KafkaConsumer<>(kafka, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
        listen(consumer, changes);
      } catch (RuntimeException away) {
        LOG.warn("the key feed is interrupted", away);
      } finally {
        partitions = 0;
        lastHeartbeat.clear();
        // The next consumer begins at the end of the topic, beyond what was said meanwhile.
        changes.missed();
      }
    } while (!stopped(PAUSE));
  }

  private void listen(KafkaConsumer<byte[], byte[]> consumer, KeyChanges changes) {
    List<TopicPartition> all =
        consumer.partitionsFor(TOPIC).stream()
            .map(partition -> new TopicPartition(TOPIC, partition.partition()))
            .toList();
    consumer.assign(all);
    consumer.seekToEnd(all);
    all.forEach(consumer::position);
    partitions = all.size();
    // Partitions may be added: what is said in those would not be heard. From memory, as the client
    // keeps it fresh.
    while (!stopped(Duration.ZERO) && consumer.partitionsFor(TOPIC).size() == all.size()) {
      consumer.poll(POLL).forEach(heard -> hear(heard, changes));
    }
  }

  private void hear(ConsumerRecord<byte[], byte[]> heard, KeyChanges changes) {
    if (heard.value() == null) {
      return;
    }
    try {
      KeyStateRecord state = KeyStateRecord.parseFrom(heard.value());
      switch (state.getContentCase()) {
        case HEARTBEAT -> lastHeartbeat.put(heard.partition(), state.getHeartbeat().getAtMs());
        case SUBJECT_KEY -> changed(state.getSubjectKey(), changes);
        case CONTENT_NOT_SET -> LOG.debug("a key-state record of a later release");
      }
    } catch (InvalidProtocolBufferException | IllegalArgumentException unreadable) {
      LOG.error("a key-state record can't be read", unreadable);
    }
  }

  /** A new key is nothing to forget; any other change is. */
  private static void changed(SubjectKeyState key, KeyChanges changes) {
    if (key.getState() != KeyState.KEY_STATE_ACTIVE) {
      changes.changed(UUID.fromString(key.getSubjectKeyId()));
    }
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
