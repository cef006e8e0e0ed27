package io.pulsewarden.telemetry.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pulsewarden.telemetry.store.PartitionSink.Outcome;
import io.smallrye.mutiny.Uni;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is written when, with a consumer that polls what it is told to and a sink that waits. */
class DatabaseOffsetConsumerTest {

  private static final String TOPIC = "telemetry.vitals.v1";
  private static final int PARTITIONS = 6;
  private static final int AT_ONCE = 4;

  private final WaitingSink sink = new WaitingSink();
  private final MockConsumer<byte[], byte @Nullable []> kafka = new MockConsumer<>("earliest");
  private final DatabaseOffsetConsumer consumer =
      new DatabaseOffsetConsumer(TOPIC, () -> kafka, sink, new SimpleMeterRegistry(), AT_ONCE);

  @AfterEach
  void stop() {
    sink.answerAll();
    consumer.close();
  }

  @Test
  void shouldStoreSeveralPartitionsAtOnceAndEachInOrder() {
    send(_ -> 1_200);
    consumer.start();

    await().until(() -> sink.waiting.size() == AT_ONCE);
    assertThat(sink.waiting).allSatisfy(batch -> assertThat(batch.count()).isEqualTo(500));
    assertThat(sink.waiting).extracting(Batch::partition).doesNotHaveDuplicates();

    sink.answerAll();
    await().until(() -> sink.stored() == PARTITIONS * 1_200L);
    assertThat(sink.most).isLessThanOrEqualTo(AT_ONCE);
    for (int partition = 0; partition < PARTITIONS; partition++) {
      assertThat(sink.offsets(partition)).isEqualTo(offsets(0, 1_200));
    }
  }

  @Test
  void shouldBeginTheNextWhileOthersAreUnderWayAndTellKafkaOnceAllAreStored() {
    send(_ -> 1_200);
    consumer.start();
    await().until(() -> sink.waiting.size() == AT_ONCE);
    List<Batch> first = List.copyOf(sink.waiting);

    Batch last = first.getLast();

    sink.answerOne(last);

    await().until(() -> sink.waiting.size() == AT_ONCE);
    assertThat(sink.waiting).containsAll(first.subList(0, AT_ONCE - 1));
    assertThat(kafka.committed(Set.copyOf(all()))).isEmpty();
    assertThat(first)
        .extracting(Batch::partition)
        .doesNotContain(sink.waiting.getLast().partition());
    sink.answerAll();
    Map<TopicPartition, OffsetAndMetadata> whole = new HashMap<>();
    all().forEach(each -> whole.put(each, new OffsetAndMetadata(1_200)));
    await().until(() -> kafka.committed(Set.copyOf(all())).equals(whole));
  }

  @Test
  void shouldNotStoreWhatComesBehindABatchThatFailedAndGoBackToWhereTheDatabaseIs() {
    send(partition -> partition < 2 ? 700 : 0);
    sink.failing.add(1);
    consumer.start();

    await().until(() -> sink.waiting.size() == 2);
    sink.answerAll();
    await().until(() -> sink.offsets(0).equals(offsets(0, 700)));
    await().until(() -> sink.positionsAsked(1) > 1);
    assertThat(sink.offsets(1)).isEmpty();

    sink.failing.clear();
    // What Kafka has stays there; this consumer forgets what it has given out.
    kafka.schedulePollTask(() -> add(1, 700));
    await().until(() -> sink.offsets(1).equals(offsets(0, 700)));
  }

  /** What is polled first is what each partition has then. */
  private void send(IntUnaryOperator count) {
    kafka.schedulePollTask(
        () -> {
          List<TopicPartition> all = all();
          kafka.rebalance(all);
          Map<TopicPartition, Long> beginnings = new HashMap<>();
          all.forEach(each -> beginnings.put(each, 0L));
          kafka.updateBeginningOffsets(beginnings);
          for (TopicPartition each : all) {
            add(each.partition(), count.applyAsInt(each.partition()));
          }
        });
  }

  private void add(int partition, int count) {
    for (int i = 0; i < count; i++) {
      kafka.addRecord(new ConsumerRecord<>(TOPIC, partition, i, new byte[0], new byte[0]));
    }
  }

  private static List<TopicPartition> all() {
    return IntStream.range(0, PARTITIONS).mapToObj(DatabaseOffsetConsumerTest::on).toList();
  }

  private static TopicPartition on(int partition) {
    return new TopicPartition(TOPIC, partition);
  }

  private static List<Long> offsets(long from, long until) {
    return LongStream.range(from, until).boxed().toList();
  }

  /** A batch that nobody has answered yet. */
  private record Batch(int partition, long first, int count, CompletableFuture<Outcome> outcome) {}

  /** Answers when it is told to; from then on at once. */
  private static final class WaitingSink implements PartitionSink {

    private final List<Batch> waiting = new CopyOnWriteArrayList<>();
    private final List<Integer> failing = new CopyOnWriteArrayList<>();
    private final Map<Integer, List<Long>> stored = new ConcurrentHashMap<>();
    private final List<Integer> asked = new CopyOnWriteArrayList<>();
    private boolean answering;
    private int most;

    @Override
    public Uni<Long> position(TopicPartition partition) {
      asked.add(partition.partition());
      return Uni.createFrom().item((long) offsets(partition.partition()).size());
    }

    @Override
    public synchronized Uni<Outcome> store(
        TopicPartition partition,
        long expected,
        List<ConsumerRecord<byte[], byte @Nullable []>> records) {
      assertThat(records.getFirst().offset()).isEqualTo(expected);
      Batch batch =
          new Batch(partition.partition(), expected, records.size(), new CompletableFuture<>());
      waiting.add(batch);
      most = Math.max(most, waiting.size());
      if (answering) {
        answer(batch);
      }
      return Uni.createFrom().completionStage(batch.outcome());
    }

    private synchronized void answerAll() {
      answering = true;
      waiting.forEach(this::answer);
    }

    private synchronized void answerOne(Batch batch) {
      answer(batch);
    }

    private void answer(Batch batch) {
      waiting.remove(batch);
      if (failing.contains(batch.partition())) {
        batch.outcome().completeExceptionally(new IllegalStateException("database away"));
        return;
      }
      long next = batch.first() + batch.count();
      stored
          .computeIfAbsent(batch.partition(), _ -> new CopyOnWriteArrayList<>())
          .addAll(DatabaseOffsetConsumerTest.offsets(batch.first(), next));
      batch.outcome().complete(new Outcome.Stored(next));
    }

    private List<Long> offsets(int partition) {
      return List.copyOf(stored.getOrDefault(partition, List.of()));
    }

    private long stored() {
      return stored.values().stream().mapToLong(List::size).sum();
    }

    private long positionsAsked(int partition) {
      return asked.stream().filter(each -> each == partition).count();
    }
  }
}
