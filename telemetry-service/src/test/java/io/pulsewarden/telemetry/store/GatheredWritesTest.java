package io.pulsewarden.telemetry.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.telemetry.store.PartitionSink.Outcome;
import io.smallrye.mutiny.TimeoutException;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** What is written together, with transactions that end when the test says so. */
class GatheredWritesTest {

  private final Deque<Runnable> soon = new ArrayDeque<>();
  private final List<Begun> begun = new CopyOnWriteArrayList<>();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final GatheredWrites writes = gathered(soon::add, Duration.ofMinutes(5));

  /** A transaction under way. */
  private record Begun(
      List<Integer> partitions, boolean mayWait, CompletableFuture<List<Outcome>> outcomes) {

    void commit() {
      outcomes.complete(
          partitions.stream().<Outcome>map(each -> new Outcome.Stored(each + 1L)).toList());
    }

    void fail() {
      outcomes.completeExceptionally(new IllegalStateException("of " + partitions));
    }
  }

  @Test
  void shouldWriteTogetherWhatIsReadyWithinAMoment() {
    List<CompletableFuture<Outcome>> outcomes = List.of(write(1), write(2), write(3));
    assertThat(begun).isEmpty();

    moment();

    assertThat(begun).extracting(Begun::partitions).containsExactly(List.of(1, 2, 3));
    assertThat(outcomes).noneMatch(CompletableFuture::isDone);
    begun.getFirst().commit();
    assertThat(outcomes.stream().map(CompletableFuture::resultNow).toList())
        .containsExactly(new Outcome.Stored(2), new Outcome.Stored(3), new Outcome.Stored(4));
    assertThat(soon).isEmpty();
  }

  @Test
  void shouldGatherWhileTwoAreUnderWayAndGoOnWhenOneOfThemEnds() {
    for (int partition = 1; partition <= 5; partition++) {
      CompletableFuture<Outcome> _ = write(partition);
      moment();
    }
    assertThat(begun).extracting(Begun::partitions).containsExactly(List.of(1), List.of(2));

    begun.get(1).commit();

    assertThat(begun).last().extracting(Begun::partitions).isEqualTo(List.of(3, 4, 5));
    begun.get(0).commit();
    begun.get(2).commit();
    CompletableFuture<Outcome> later = write(6);
    moment();
    begun.getLast().commit();
    assertThat(later).isCompletedWithValue(new Outcome.Stored(7));
  }

  @Test
  void shouldTryOnceMoreAndThenLeaveItToTheConsumer() {
    CompletableFuture<Outcome> first = write(1);
    moment();
    begun.getFirst().fail();
    assertThat(begun).hasSize(2);
    assertThat(begun.getLast().mayWait()).isTrue();
    begun.getLast().fail();
    assertThat(first.exceptionNow()).hasMessageContaining("of [1]");
    assertThat(begun).hasSize(2);

    CompletableFuture<Outcome> second = write(1);
    moment();
    begun.getLast().commit();

    assertThat(second).isCompletedWithValue(new Outcome.Stored(2));
  }

  @Test
  void shouldHaveRoomForOthersWhileThoseThatFailedWaitByThemselves() {
    for (int partition = 1; partition <= 2; partition++) {
      CompletableFuture<Outcome> _ = write(partition);
      moment();
    }
    begun.get(0).fail();
    begun.get(1).fail();
    assertThat(begun.subList(2, 4)).allMatch(Begun::mayWait);

    CompletableFuture<Outcome> third = write(3);
    moment();

    begun.getLast().commit();
    assertThat(third).isCompletedWithValue(new Outcome.Stored(4));
    assertThat(meters.get("pulsewarden.store.apart").counter().count()).isEqualTo(2);
  }

  @Test
  void shouldKeepAPartitionThatCanNotBeWrittenFromHoldingUpOthers() {
    List<CompletableFuture<Outcome>> outcomes = List.of(write(1), write(2), write(3));
    moment();

    begun.getFirst().fail();

    assertThat(begun.subList(1, 4))
        .extracting(Begun::partitions)
        .containsExactly(List.of(1), List.of(2), List.of(3));
    begun.get(1).commit();
    begun.get(3).commit();
    assertThat(outcomes.get(0)).isCompletedWithValue(new Outcome.Stored(2));
    assertThat(outcomes.get(2)).isCompletedWithValue(new Outcome.Stored(4));
    assertThat(begun.getFirst().mayWait()).isFalse();
    begun.get(2).fail();
    assertThat(outcomes.get(1).exceptionNow()).hasMessageContaining("of [2]");
  }

  @Test
  void shouldGiveTheirPlacesAwayWhenTransactionsHang() {
    GatheredWrites hasty = gathered(soon::add, Duration.ofMillis(50));
    List<CompletableFuture<Outcome>> hanging = new ArrayList<>();
    for (int partition = 1; partition <= 3; partition++) {
      hanging.add(hasty.write(ready(partition)).subscribeAsCompletionStage());
      moment();
    }
    assertThat(begun).hasSizeGreaterThanOrEqualTo(2);

    assertThat(hanging)
        .allSatisfy(
            each ->
                assertThat(each)
                    .failsWithin(Duration.ofMinutes(1))
                    .withThrowableOfType(ExecutionException.class)
                    .withCauseInstanceOf(TimeoutException.class));
    assertThat(begun).as("the third had its turn").hasSize(3);
  }

  @Test
  void shouldNotWriteWhatNobodyWaitsForAnyMore() {
    CompletableFuture<Outcome> _ = write(1);
    moment();
    CompletableFuture<Outcome> _ = write(2);
    moment();
    CompletableFuture<Outcome> givenUp = write(3);
    CompletableFuture<Outcome> again = write(3);
    moment();

    givenUp.cancel(true);
    begun.getFirst().commit();

    assertThat(begun).last().extracting(Begun::partitions).isEqualTo(List.of(3));
    begun.getLast().commit();
    assertThat(again).isCompletedWithValue(new Outcome.Stored(4));
  }

  @Test
  void shouldGoOnWhereAMomentCanNotBeHadOrATransactionNotBegun() {
    GatheredWrites refusing =
        new GatheredWrites(
            new GatheredWrites.Transactions() {
              @Override
              public Uni<List<Outcome>> together(List<ReadyBatch> batches) {
                throw new IllegalStateException("no connection");
              }

              @Override
              public Uni<Outcome> alone(ReadyBatch batch) {
                throw new IllegalStateException("still no connection");
              }
            },
            task -> {
              if (soon.isEmpty()) {
                soon.add(task);
                throw new RejectedExecutionException("no thread");
              }
              soon.add(task);
            },
            Duration.ofMinutes(5),
            meters);
    CompletableFuture<Outcome> rejected =
        Uni.createFrom().deferred(() -> refusing.write(ready(1))).subscribeAsCompletionStage();
    assertThat(rejected.exceptionNow()).isInstanceOf(RejectedExecutionException.class);

    CompletableFuture<Outcome> second = refusing.write(ready(2)).subscribeAsCompletionStage();
    moment();
    assertThat(second.exceptionNow()).hasMessage("still no connection");
  }

  private GatheredWrites gathered(Executor later, Duration patience) {
    return new GatheredWrites(
        new GatheredWrites.Transactions() {
          @Override
          public Uni<List<Outcome>> together(List<ReadyBatch> batches) {
            return begin(batches, false);
          }

          @Override
          public Uni<Outcome> alone(ReadyBatch batch) {
            return begin(List.of(batch), true).map(List::getFirst);
          }
        },
        later,
        patience,
        meters);
  }

  private Uni<List<Outcome>> begin(List<ReadyBatch> batches, boolean mayWait) {
    Begun transaction =
        new Begun(
            batches.stream().map(each -> each.batch().partition()).toList(),
            mayWait,
            new CompletableFuture<>());
    begun.add(transaction);
    return Uni.createFrom().completionStage(transaction.outcomes());
  }

  private CompletableFuture<Outcome> write(int partition) {
    return writes.write(ready(partition)).subscribeAsCompletionStage();
  }

  private void moment() {
    while (!soon.isEmpty()) {
      soon.remove().run();
    }
  }

  private static ReadyBatch ready(int partition) {
    return new ReadyBatch(
        new StoredBatch(
            "telemetry.vitals.v1",
            partition,
            0,
            0,
            0,
            List.of(),
            List.of(),
            List.of(),
            ByteString.EMPTY,
            0,
            new RangeLeaves.Builder().of(List.of()),
            AuditEvent.getDefaultInstance(),
            List.of()),
        List.of());
  }
}
