package io.pulsewarden.telemetry.store;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.smallrye.mutiny.TimeoutException;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;

/**
 * Reads a topic from where the database says, on a thread of its own.
 *
 * <p>Each partition's batch is in one transaction with its offset's compare-and-set, and anything
 * that goes wrong has one cure, to go back to the database's offset of that partition while the
 * group membership lives on (docs/adr/0181-consumers-are-plain-kafka-consumers.md). A partition
 * without a known position is paused and asks the database; a failed batch, a lost race and a fresh
 * assignment all put it into that state. So does a database that says something else than it did,
 * because an earlier copy was put in its place: it is asked every few seconds, since a partition to
 * which nothing is sent would never find out.
 *
 * <p>Offsets are told to Kafka too, so that stock tools can show the lag; nobody reads them back.
 */
public final class DatabaseOffsetConsumer implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(DatabaseOffsetConsumer.class.getName());
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration SHORTEST = Duration.ofMillis(1);
  private static final Duration PAUSE = Duration.ofMillis(500);
  private static final Duration CHECK = Duration.ofSeconds(5);

  private final String topic;
  private final boolean compacted;
  private final int atOnce;
  private final Supplier<Consumer<byte[], byte @Nullable []>> consumers;
  private final PartitionSink sink;
  private final Counter retries;
  private final Counter missing;
  private final Timer batches;
  private final Map<TopicPartition, Long> positions = new HashMap<>();
  private final Set<TopicPartition> unpositioned = new HashSet<>();
  private final Thread thread;
  private volatile @Nullable Consumer<byte[], byte @Nullable []> current;
  private volatile boolean closing;
  private long waitUntilNanos = System.nanoTime();
  private long checkAtNanos = System.nanoTime() + CHECK.toNanos();

  /**
   * A consumer that does nothing before {@link #start()}.
   *
   * @param consumers makes a new client, which reads certificates anew; a client that fails is
   *     replaced
   */
  public DatabaseOffsetConsumer(
      String topic,
      Supplier<Consumer<byte[], byte @Nullable []>> consumers,
      PartitionSink sink,
      MeterRegistry meters) {
    this(topic, consumers, sink, meters, false, 1);
  }

  /**
   * The same.
   *
   * @param atOnce of how many partitions a batch may be under way; each may have a connection of
   *     the database's then
   */
  DatabaseOffsetConsumer(
      String topic,
      Supplier<Consumer<byte[], byte @Nullable []>> consumers,
      PartitionSink sink,
      MeterRegistry meters,
      int atOnce) {
    this(topic, consumers, sink, meters, false, atOnce);
  }

  /**
   * The same.
   *
   * @param compacted whether Kafka drops records on purpose, so that a gap between two says nothing
   */
  public DatabaseOffsetConsumer(
      String topic,
      Supplier<Consumer<byte[], byte @Nullable []>> consumers,
      PartitionSink sink,
      MeterRegistry meters,
      boolean compacted) {
    this(topic, consumers, sink, meters, compacted, 1);
  }

  private DatabaseOffsetConsumer(
      String topic,
      Supplier<Consumer<byte[], byte @Nullable []>> consumers,
      PartitionSink sink,
      MeterRegistry meters,
      boolean compacted,
      int atOnce) {
    this.compacted = compacted;
    this.atOnce = atOnce;
    this.topic = topic;
    this.consumers = consumers;
    this.sink = sink;
    this.retries = meters.counter("pulsewarden.store.retries", "topic", topic);
    this.missing = meters.counter("pulsewarden.store.missing.messages", "topic", topic);
    this.batches = meters.timer("pulsewarden.store.batch", "topic", topic);
    this.thread = Thread.ofPlatform().name("store-" + topic).daemon().unstarted(this::run);
  }

  public void start() {
    thread.start();
  }

  /** Whether the thread still runs; it never ends by itself. */
  public boolean alive() {
    return thread.isAlive();
  }

  /** Lets the batch in hand finish, and leaves the group. */
  @Override
  public void close() {
    closing = true;
    Consumer<byte[], byte @Nullable []> running = current;
    if (running != null) {
      running.wakeup();
    }
    try {
      thread.join(PATIENCE);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    while (!closing) {
      try (Consumer<byte[], byte @Nullable []> consumer = consumers.get()) {
        positions.clear();
        unpositioned.clear();
        current = consumer;
        consumer.subscribe(List.of(topic), new Assignment(consumer));
        while (!closing) {
          turn(consumer);
        }
      } catch (WakeupException closed) {
        LOG.log(System.Logger.Level.DEBUG, "store consumer woken");
      } catch (RuntimeException failed) {
        LOG.log(System.Logger.Level.WARNING, "store consumer replaced: topic=" + topic, failed);
        pauseThread();
      } finally {
        current = null;
      }
    }
  }

  private void turn(Consumer<byte[], byte @Nullable []> consumer) {
    if (!unpositioned.isEmpty() && System.nanoTime() - waitUntilNanos >= 0) {
      position(consumer);
    }
    storeAll(consumer, consumer.poll(POLL));
    // A sink of a compacted topic moves its place in the database only when it has something to do.
    if (!compacted && System.nanoTime() - checkAtNanos >= 0) {
      checkAtNanos = System.nanoTime() + CHECK.toNanos();
      check(consumer);
    }
  }

  private void check(Consumer<byte[], byte @Nullable []> consumer) {
    for (Map.Entry<TopicPartition, Long> believed : Map.copyOf(positions).entrySet()) {
      TopicPartition partition = believed.getKey();
      try {
        if (!sink.position(partition).await().atMost(PATIENCE).equals(believed.getValue())) {
          goBack(consumer, partition);
        }
      } catch (WakeupException woken) {
        throw woken;
      } catch (RuntimeException unavailable) {
        later(unavailable, partition);
        return;
      }
    }
  }

  private void position(Consumer<byte[], byte @Nullable []> consumer) {
    for (TopicPartition partition : List.copyOf(unpositioned)) {
      try {
        long next = sink.position(partition).await().atMost(PATIENCE);
        consumer.seek(partition, Math.max(next, beginning(consumer, partition)));
        positions.put(partition, next);
        unpositioned.remove(partition);
        consumer.resume(Set.of(partition));
      } catch (WakeupException woken) {
        throw woken;
      } catch (RuntimeException unavailable) {
        later(unavailable, partition);
        return;
      }
    }
  }

  // Kafka may have deleted what a database restored from a backup still wants. To go on is right,
  // to be silent about it is not.
  private long beginning(Consumer<byte[], byte @Nullable []> consumer, TopicPartition partition) {
    return consumer.beginningOffsets(Set.of(partition)).getOrDefault(partition, 0L);
  }

  /**
   * Several partitions at once, each in its order and with one batch under way: a batch waits for
   * the database for longer than it works. What comes behind one begins as soon as it is done,
   * whatever the others do. When this returns nothing is waited for any more; a transaction that
   * was not answered in time may still end, and the offset's compare-and-set is what keeps it from
   * doing harm.
   */
  private void storeAll(
      Consumer<byte[], byte @Nullable []> consumer,
      ConsumerRecords<byte[], byte @Nullable []> polled) {
    Deque<PartitionRecords> left = new ArrayDeque<>();
    polled.partitions().stream()
        .filter(positions::containsKey)
        .forEach(each -> left.add(new PartitionRecords(each, polled.records(each))));
    List<UnderWay> begun = new ArrayList<>();
    Map<TopicPartition, OffsetAndMetadata> stored = new HashMap<>();
    do {
      while (begun.size() < atOnce && !left.isEmpty() && !closing) {
        begun.add(begin(left.remove()));
      }
      if (!begun.isEmpty()) {
        UnderWay done = takeDone(begun);
        if (finish(consumer, done, stored) && done.records().goesOn()) {
          left.add(done.records().rest());
        }
      }
    } while (!begun.isEmpty() || (!left.isEmpty() && !closing));
    if (!stored.isEmpty()) {
      consumer.commitAsync(stored, null);
    }
  }

  private UnderWay begin(PartitionRecords records) {
    long expected = Objects.requireNonNull(positions.get(records.partition()));
    long begun = System.nanoTime();
    return new UnderWay(
        records,
        expected,
        begun,
        Uni.createFrom()
            .deferred(() -> sink.store(records.partition(), expected, records.batch()))
            .invoke(_ -> batches.record(System.nanoTime() - begun, TimeUnit.NANOSECONDS))
            .subscribeAsCompletionStage());
  }

  /** One that has its outcome; or, if none has in time, the one that began first. */
  private static UnderWay takeDone(List<UnderWay> begun) {
    CompletableFuture<?>[] outcomes =
        begun.stream().map(UnderWay::outcome).toArray(CompletableFuture[]::new);
    try {
      CompletableFuture.anyOf(outcomes)
          .get(begun.getFirst().patience().toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException | java.util.concurrent.TimeoutException unavailable) {
      LOG.log(System.Logger.Level.DEBUG, "a batch failed or is late");
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    UnderWay done =
        begun.stream()
            .filter(each -> each.outcome().isDone())
            .findFirst()
            .orElseGet(begun::getFirst);
    begun.remove(done);
    return done;
  }

  /** Whether all of it is stored, so that what comes behind it can be. */
  private boolean finish(
      Consumer<byte[], byte @Nullable []> consumer,
      UnderWay batch,
      Map<TopicPartition, OffsetAndMetadata> stored) {
    TopicPartition partition = batch.records().partition();
    try {
      PartitionSink.Outcome outcome =
          Uni.createFrom().completionStage(batch.outcome()).await().atMost(batch.patience());
      return switch (outcome) {
        case PartitionSink.Outcome.Stored(long next) -> {
          reportGap(partition, batch.expected(), batch.records().firstOffset());
          positions.put(partition, next);
          stored.put(partition, new OffsetAndMetadata(next));
          yield true;
        }
        case PartitionSink.Outcome.Superseded() -> {
          goBack(consumer, partition);
          yield false;
        }
      };
    } catch (WakeupException woken) {
      throw woken;
    } catch (RuntimeException unavailable) {
      // The transaction may have committed without our knowing it: the database will tell.
      goBack(consumer, partition);
      later(unavailable, partition);
      return false;
    }
  }

  /** A batch that the sink has. */
  private record UnderWay(
      PartitionRecords records,
      long expected,
      long begunNanos,
      CompletableFuture<PartitionSink.Outcome> outcome) {

    /** What is left of it, which is counted from when the batch began. */
    private Duration patience() {
      Duration left = PATIENCE.minusNanos(System.nanoTime() - begunNanos);
      return left.isPositive() ? left : SHORTEST;
    }
  }

  private void reportGap(TopicPartition partition, long expected, long first) {
    if (first > expected && !compacted) {
      missing.increment((double) first - expected);
      LOG.log(
          System.Logger.Level.ERROR,
          "messages deleted before they were stored: partition={0}, from={1}, until={2}",
          partition,
          Long.toString(expected),
          Long.toString(first));
    }
  }

  private void goBack(Consumer<byte[], byte @Nullable []> consumer, TopicPartition partition) {
    consumer.pause(Set.of(partition));
    positions.remove(partition);
    unpositioned.add(partition);
  }

  private void later(RuntimeException reason, TopicPartition partition) {
    retries.increment();
    waitUntilNanos = System.nanoTime() + PAUSE.toNanos();
    LOG.log(
        System.Logger.Level.WARNING,
        "partition waits: partition={0}, reason={1}",
        partition,
        reason instanceof TimeoutException ? "timeout" : reason.getClass().getSimpleName());
  }

  private void pauseThread() {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException interrupted) {
      closing = true;
      Thread.currentThread().interrupt();
    }
  }

  /** Called inside poll, on the same thread. */
  private final class Assignment implements ConsumerRebalanceListener {

    private final Consumer<byte[], byte @Nullable []> consumer;

    private Assignment(Consumer<byte[], byte @Nullable []> consumer) {
      this.consumer = consumer;
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      consumer.pause(partitions);
      unpositioned.addAll(partitions);
    }

    // Nothing to finish: a batch is committed, or not, before poll is called again.
    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      unpositioned.removeAll(partitions);
      positions.keySet().removeAll(partitions);
    }
  }
}
