package io.pulsewarden.audit.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CommitLaneTest {

  private static final TreeHead HEAD = new TreeHead(1, ByteString.EMPTY, 1);
  private static final LogAppender.Prepared BATCH =
      new LogAppender.Prepared(
          HEAD,
          HEAD,
          new LogStore.Addition(
              List.of(),
              List.of(),
              List.of(),
              ChainMoves.of(List.of(), chain -> ChainPosition.START),
              List.of(),
              List.of(),
              Map.of()),
          0);

  @Test
  void shouldTakeNoBatchBeforeTheOneBeforeItIsSettled() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    try (CommitLane lane =
        new CommitLane(
            batch -> {
              await(go);
              return new AppendOutcome.Committed(batch.to(), List.of(), 0);
            })) {
      lane.begin(BATCH);

      assertThat(lane.isBusy()).isTrue();
      lane.await(Duration.ofMillis(1));
      assertThat(lane.isBusy()).isTrue();
      assertThatThrownBy(() -> lane.begin(BATCH)).hasMessageContaining("not settled");
      go.countDown();
      assertThat(lane.settle()).isTrue();
      assertThat(lane.isBusy()).isFalse();
      lane.begin(BATCH);
      assertThat(lane.settle()).isTrue();
    }
  }

  @Test
  void shouldSayThatItWasOvertakenAndWhatWentWrong() throws Exception {
    AtomicInteger times = new AtomicInteger();
    try (CommitLane lane =
        new CommitLane(
            _ -> {
              if (times.getAndIncrement() == 0) {
                return new AppendOutcome.Overtaken();
              }
              throw new LogContradictedException("another log");
            })) {
      lane.begin(BATCH);
      assertThat(lane.settle()).isFalse();

      lane.begin(BATCH);
      lane.await();
      lane.await(Duration.ofHours(1));
      assertThatThrownBy(lane::settle).isInstanceOf(LogContradictedException.class);
      assertThat(lane.settle()).isTrue();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }
}
