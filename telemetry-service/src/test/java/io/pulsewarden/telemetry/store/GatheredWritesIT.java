package io.pulsewarden.telemetry.store;

import static io.pulsewarden.telemetry.Clinic.heartRate;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pulsewarden.auditclient.AuditEvents;
import io.pulsewarden.telemetry.Clinic;
import io.pulsewarden.telemetry.KilledBackend;
import io.pulsewarden.telemetry.TelemetryServers;
import io.pulsewarden.telemetry.keys.GivenUpDevices;
import io.pulsewarden.telemetry.keys.InMemoryBaseKeys;
import io.pulsewarden.telemetry.keys.Sealing;
import io.pulsewarden.telemetry.store.PartitionSink.Outcome;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Several partitions in one transaction; Kafka has none of them, so that nobody else reads them.
 */
@QuarkusTest
@QuarkusTestResource(TelemetryServers.class)
class GatheredWritesIT {

  private static final AtomicInteger PARTITIONS = new AtomicInteger(100_000);
  private static final long TIME = 1_795_000_000_000L;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TestHTTPResource(value = "/", tls = true)
  URI base;

  @Inject InMemoryBaseKeys keys;
  @Inject Sealing sealing;
  @Inject ConsumerOffsetStore offsets;
  @Inject AuditEvents events;
  @Inject Pool pool;

  private final UUID patient = UUID.randomUUID();
  private final List<ReadyBatch> ready = new ArrayList<>();
  private Clinic clinic;
  private StoredBatchStore store;

  @BeforeEach
  void open() {
    clinic = new Clinic(base, sealing);
    store = new StoredBatchStore(pool, _ -> true, true);
  }

  @AfterEach
  void close() {
    clinic.close();
  }

  @Test
  void shouldStoreOfEachPartitionWhatNobodyElseHasStored() {
    int first = ready();
    int second = ready();
    int third = ready();
    // Another instance has that one; and one batch is there twice, as after a late answer.
    assertThat(store.together(List.of(ready.get(1))).await().atMost(PATIENCE))
        .containsExactly(new Outcome.Stored(1));
    ReadyBatch again = new ReadyBatch(ready.getFirst().batch(), List.of());

    List<Outcome> outcomes =
        store
            .together(List.of(ready.get(2), ready.get(1), ready.get(0), again))
            .await()
            .atMost(PATIENCE);

    assertThat(outcomes)
        .containsExactly(
            new Outcome.Stored(1),
            new Outcome.Superseded(),
            new Outcome.Stored(1),
            new Outcome.Superseded());
    assertThat(List.of(first, second, third)).allMatch(partition -> position(partition) == 1);
    assertThat(List.of(stored(first), stored(second), stored(third))).containsOnly(1L);
    assertThat(transaction(first)).isEqualTo(transaction(third)).isNotEqualTo(transaction(second));
    assertThat(rows("stored_range", first)).isEqualTo(1);
    assertThat(rows("range_leaves", third)).isEqualTo(1);
  }

  @Test
  void shouldLeaveNothingOfAnyPartitionWhenOneFails() {
    int first = ready();
    int poisoned = ready();
    ready.add(poison(ready.removeLast()));

    assertThatThrownBy(() -> store.together(ready).await().atMost(PATIENCE))
        .hasMessageContaining("0x00");

    for (int partition : List.of(first, poisoned)) {
      assertThat(position(partition)).isZero();
      assertThat(stored(partition)).isZero();
      assertThat(rows("stored_range", partition)).isZero();
    }
  }

  @Test
  void shouldStoreTheOthersAllTheSame() {
    int first = ready();
    int poisoned = ready();
    ReadyBatch bad = poison(ready.removeLast());
    int third = ready();
    Deque<Runnable> soon = new ArrayDeque<>();
    GatheredWrites writes = gathered(store, soon::add);
    CompletableFuture<Outcome> failed = writes.write(bad).subscribeAsCompletionStage();
    List<CompletableFuture<Outcome>> good =
        ready.stream().map(each -> writes.write(each).subscribeAsCompletionStage()).toList();

    soon.remove().run();

    assertStored(good);
    assertThat(failed)
        .failsWithin(PATIENCE)
        .withThrowableOfType(ExecutionException.class)
        .withMessageContaining("0x00");
    assertThat(stored(first)).isEqualTo(1);
    assertThat(stored(third)).isEqualTo(1);
    assertThat(position(poisoned)).isZero();
  }

  @Test
  void shouldNotWaitWithAPartitionThatSomebodyElseHolds() throws SQLException {
    int held = ready();
    int free = ready();
    Deque<Runnable> soon = new ArrayDeque<>();
    GatheredWrites writes = gathered(store, soon::add);
    try (Connection another = TelemetryServers.bed().superuserConnection()) {
      another.setAutoCommit(false);
      try (Statement statement = another.createStatement()) {
        statement.executeQuery(offset(held, "FOR UPDATE"));
        List<CompletableFuture<Outcome>> outcomes =
            ready.stream().map(each -> writes.write(each).subscribeAsCompletionStage()).toList();
        soon.remove().run();

        assertStored(outcomes.subList(1, 2));
        assertThat(stored(free)).isEqualTo(1);
        assertThat(outcomes.getFirst()).isNotDone();
        another.rollback();
        assertStored(outcomes.subList(0, 1));
      }
    }
    assertThat(stored(held)).isEqualTo(1);
  }

  @Test
  void shouldAskForPartitionsInTheirOrder() throws SQLException {
    int first = ready();
    int second = ready();
    int third = ready();
    try (Connection another = TelemetryServers.bed().superuserConnection()) {
      another.setAutoCommit(false);
      try (Statement statement = another.createStatement()) {
        int holder = number(statement, "SELECT pg_backend_pid()");
        statement.executeQuery(offset(first, "FOR UPDATE"));
        CompletableFuture<List<Outcome>> writing =
            store.together(ready.reversed()).subscribeAsCompletionStage();
        await()
            .pollDelay(Duration.ZERO)
            .pollInterval(Duration.ofMillis(10))
            .until(() -> writing.isDone() || somebodyWaitsFor(holder));

        // It waits at the first, and has none of those behind it.
        assertThat(number(statement, offset(second, "FOR UPDATE SKIP LOCKED"))).isEqualTo(1);
        assertThat(number(statement, offset(third, "FOR UPDATE SKIP LOCKED"))).isEqualTo(1);
        another.rollback();
        assertThat(writing)
            .satisfiesAnyOf(
                stored -> assertThat(stored).succeedsWithin(PATIENCE),
                late ->
                    assertThat(late)
                        .failsWithin(PATIENCE)
                        .withThrowableOfType(ExecutionException.class)
                        .withMessageContaining("lock timeout"));
      }
    }
  }

  @Test
  void shouldSayThatAPartitionMovedOnWhereTheAnswerOfACommitWasLost() {
    int first = ready();
    int second = ready();
    GatheredWrites.Transactions losing =
        new GatheredWrites.Transactions() {
          @Override
          public Uni<List<Outcome>> together(List<ReadyBatch> batches) {
            return store
                .together(batches)
                .onItem()
                .transformToUni(_ -> Uni.createFrom().failure(new IOException("connection lost")));
          }

          @Override
          public Uni<Outcome> alone(ReadyBatch batch) {
            return store.alone(batch);
          }
        };
    Deque<Runnable> soon = new ArrayDeque<>();
    GatheredWrites writes = gathered(losing, soon::add);
    List<CompletableFuture<Outcome>> outcomes =
        ready.stream().map(each -> writes.write(each).subscribeAsCompletionStage()).toList();

    soon.remove().run();

    assertThat(outcomes)
        .allSatisfy(
            each -> assertThat(each).succeedsWithin(PATIENCE).isEqualTo(new Outcome.Superseded()));
    assertThat(List.of(stored(first), stored(second))).containsOnly(1L);
    assertThat(List.of(position(first), position(second))).containsOnly(1L);
  }

  @Test
  void shouldStoreOnceWhereTwoInstancesWriteTheSamePartitionsAtOnce() {
    List<Integer> partitions = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      partitions.add(ready());
    }
    Deque<Runnable> soon = new ArrayDeque<>();
    List<CompletableFuture<Outcome>> mine = begin(ready, soon);
    Runnable myTurn = soon.getFirst();
    List<CompletableFuture<Outcome>> theirs = begin(ready.reversed(), soon);

    myTurn.run();
    soon.getLast().run();

    for (int i = 0; i < 6; i++) {
      assertThat(mine.get(i)).succeedsWithin(PATIENCE);
      assertThat(theirs.reversed().get(i)).succeedsWithin(PATIENCE);
      assertThat(List.of(mine.get(i).resultNow(), theirs.reversed().get(i).resultNow()))
          .containsExactlyInAnyOrder(new Outcome.Stored(1), new Outcome.Superseded());
      assertThat(stored(partitions.get(i))).isEqualTo(1);
    }
  }

  @Test
  void shouldHaveRowsAndOffsetsOfTheSamePartitionsAfterACrashInTheMiddle() throws SQLException {
    List<Integer> partitions = List.of(ready(), ready(), ready());
    Deque<Runnable> soon = new ArrayDeque<>();
    try (KilledBackend insert =
        KilledBackend.atInsertInto("range_leaves", "NEW.partition = " + partitions.get(1))) {
      List<CompletableFuture<Outcome>> outcomes = begin(ready, soon);
      soon.remove().run();
      insert.kill();
      assertThat(outcomes.get(1)).failsWithin(PATIENCE);
    }

    await()
        .ignoreExceptions()
        .untilAsserted(
            () ->
                assertThat(partitions)
                    .allMatch(each -> position(each) == stored(each))
                    .allMatch(each -> rows("stored_range", each) == stored(each)));
    assertThat(stored(partitions.get(1))).isZero();
    List<CompletableFuture<Outcome>> again = begin(ready, soon);
    soon.getLast().run();
    assertThat(again).allSatisfy(each -> assertThat(each).succeedsWithin(PATIENCE));
    assertThat(again.get(1)).isCompletedWithValue(new Outcome.Stored(1));
    for (int partition : partitions) {
      assertThat(position(partition)).isEqualTo(1);
      assertThat(stored(partition)).isEqualTo(1);
      assertThat(rows("range_leaves", partition)).isEqualTo(1);
    }
  }

  /** By an instance of its own. */
  private List<CompletableFuture<Outcome>> begin(List<ReadyBatch> batches, Deque<Runnable> soon) {
    GatheredWrites writes = gathered(new StoredBatchStore(pool, _ -> true, true), soon::add);
    return batches.stream().map(each -> writes.write(each).subscribeAsCompletionStage()).toList();
  }

  private static void assertStored(List<CompletableFuture<Outcome>> outcomes) {
    assertThat(outcomes)
        .allSatisfy(
            each -> assertThat(each).succeedsWithin(PATIENCE).isEqualTo(new Outcome.Stored(1)));
  }

  /** Adds to what is ready a batch of another partition, with a message of the patient. */
  private int ready() {
    TopicPartition partition =
        new TopicPartition("telemetry.vitals.v1", PARTITIONS.incrementAndGet());
    VitalsSink sink =
        new VitalsSink(
            offsets,
            gathered(new Taking(), Runnable::run),
            sealing,
            new BatchDigester(
                keys, events, AuditEvents.service("test"), new GivenUpDevices(Set.of())),
            new SimpleMeterRegistry());
    // As a consumer does on assignment: asking for the place makes the row that is compared.
    sink.position(partition).await().atMost(PATIENCE);
    sink.store(partition, 0, List.of(message(partition))).await().atMost(PATIENCE);
    return partition.partition();
  }

  private static GatheredWrites gathered(GatheredWrites.Transactions transactions, Executor soon) {
    return new GatheredWrites(transactions, soon, PATIENCE, new SimpleMeterRegistry());
  }

  /** Takes what is ready, and writes nothing. */
  private final class Taking implements GatheredWrites.Transactions {
    @Override
    public Uni<List<Outcome>> together(List<ReadyBatch> batches) {
      ready.addAll(batches);
      return Uni.createFrom()
          .item(batches.stream().<Outcome>map(_ -> new Outcome.Superseded()).toList());
    }

    @Override
    public Uni<Outcome> alone(ReadyBatch batch) {
      throw new AssertionError("nothing has failed");
    }
  }

  private ConsumerRecord<byte[], byte @Nullable []> message(TopicPartition partition) {
    return new ConsumerRecord<>(
        partition.topic(),
        partition.partition(),
        0,
        new byte[0],
        clinic.vitals(patient, List.of(heartRate(TIME, "62.8"))).toByteArray());
  }

  /** The same with a text that the database can't have in it. */
  private static ReadyBatch poison(ReadyBatch ready) {
    StoredBatch batch = ready.batch();
    return new ReadyBatch(
        new StoredBatch(
            batch.topic(),
            batch.partition(),
            batch.expectedOffset(),
            batch.firstOffset(),
            batch.lastOffset(),
            batch.blocks(),
            List.of(new UnreadableMessage(0, "nul \0", ByteString.EMPTY)),
            batch.series(),
            batch.merkleRoot(),
            batch.recordCount(),
            batch.leaves(),
            batch.event(),
            batch.givenUp()),
        List.of());
  }

  private long position(int partition) {
    return offsets
        .position(new TopicPartition("telemetry.vitals.v1", partition))
        .await()
        .atMost(PATIENCE);
  }

  private static long stored(int partition) {
    return rows("vital_block", partition);
  }

  private static long rows(String table, int partition) {
    return Long.parseLong(
        one("SELECT count(*)::text FROM " + table + " WHERE partition = " + partition));
  }

  /** Which one wrote the partition's block. */
  private static String transaction(int partition) {
    return one("SELECT xmin::text FROM vital_block WHERE partition = " + partition);
  }

  private static String offset(int partition, String how) {
    return "SELECT 1 FROM consumer_offset WHERE topic = 'telemetry.vitals.v1' AND partition = "
        + partition
        + " "
        + how;
  }

  private static boolean somebodyWaitsFor(int process) {
    return one("SELECT count(*)::text FROM pg_stat_activity WHERE "
            + process
            + " = ANY (pg_blocking_pids(pid))")
        .equals("1");
  }

  /** 0 if there is no row. */
  private static int number(Statement statement, String query) throws SQLException {
    try (ResultSet rows = statement.executeQuery(query)) {
      return rows.next() ? rows.getInt(1) : 0;
    }
  }

  private static String one(String query) {
    try (Connection database = TelemetryServers.bed().superuserConnection();
        Statement statement = database.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      assertThat(rows.next()).isTrue();
      return rows.getString(1);
    } catch (SQLException unavailable) {
      throw new IllegalStateException(query, unavailable);
    }
  }
}
