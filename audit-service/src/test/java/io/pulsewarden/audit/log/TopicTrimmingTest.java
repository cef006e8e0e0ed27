package io.pulsewarden.audit.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TopicTrimmingTest {

  private static final Instant BEGIN = Instant.parse("2026-11-01T00:00:00Z");
  private static final Duration WEEK = Duration.ofDays(7);

  private final MemoryLogState log = new MemoryLogState();
  private final MemoryTopic topic = new MemoryTopic();
  private boolean well = true;

  /** One record a day. */
  private static class MemoryTopic implements TopicRecords {
    private final List<Instant> times = new ArrayList<>();
    private long earliest;
    private long reached = -1;

    @Override
    public long earliest() {
      return earliest;
    }

    @Override
    public long end() {
      return times.size();
    }

    @Override
    public Optional<Instant> newestAt() {
      return times.isEmpty() ? Optional.empty() : Optional.of(times.getLast());
    }

    @Override
    public long firstAt(Instant time) {
      for (int i = (int) earliest; i < times.size(); i++) {
        if (!times.get(i).isBefore(time)) {
          return i;
        }
      }
      return times.size();
    }

    @Override
    public void deleteBelow(long offset) {
      earliest = Math.max(earliest, offset);
    }

    @Override
    public void reached(long offset) {
      reached = offset;
    }

    @Override
    public void close() {}
  }

  @BeforeEach
  void fill() {
    for (int day = 0; day < 30; day++) {
      topic.times.add(BEGIN.plus(Duration.ofDays(day)));
    }
  }

  @Test
  void shouldDeleteWhatIsPublishedAndOld() {
    commit(30);
    publish();

    trimming(topic, 29).round();

    assertThat(topic.earliest).isEqualTo(22);
  }

  @Test
  void shouldKeepWhatNoPublishedCheckpointCovers() {
    commit(10);
    publish();
    commit(20);

    trimming(topic, 29).round();

    assertThat(topic.earliest).isEqualTo(10);
  }

  @Test
  void shouldKeepEverythingBeforeTheFirstCheckpointAndWhileTheLogIsNotWell() {
    commit(30);
    trimming(topic, 29).round();
    assertThat(topic.earliest).isZero();

    publish();
    well = false;
    trimming(topic, 29).round();
    assertThat(topic.earliest).isZero();
  }

  @Test
  void shouldNotBelieveOneClockThatIsAheadOrBehind() {
    commit(30);
    publish();

    trimming(topic, 365).round();
    assertThat(topic.earliest).isEqualTo(22);

    trimming(topic, -365).round();
    assertThat(topic.earliest).isEqualTo(22);
  }

  @Test
  void shouldBeTheSameWhetherADeletionsAnswerIsLostOrTheDeletion() {
    commit(30);
    publish();
    for (boolean done : List.of(false, true)) {
      topic.earliest = 0;
      MemoryTopic failing =
          new MemoryTopic() {
            @Override
            public void deleteBelow(long offset) {
              if (done) {
                topic.deleteBelow(offset);
              }
              throw new IllegalStateException("the answer was lost");
            }
          };
      failing.times.addAll(topic.times);
      assertThatThrownBy(() -> trimming(failing, 29).round()).hasMessageContaining("lost");

      trimming(topic, 29).round();

      assertThat(topic.earliest).isEqualTo(22);
      assertThat(log.head().nextOffset()).isGreaterThanOrEqualTo(topic.earliest);
    }
  }

  @Test
  void shouldSayHowFarBehindTheLogIs() {
    commit(12);

    TopicTrimming trimming = trimming(topic, 29);
    trimming.round();

    assertThat(trimming.lag()).isEqualTo(18);
    assertThat(trimming.kept()).isEqualTo(30);
    assertThat(topic.reached).isEqualTo(12);
  }

  private TopicTrimming trimming(TopicRecords records, int day) {
    Clock clock = Clock.fixed(BEGIN.plus(Duration.ofDays(day)), ZoneOffset.UTC);
    return new TopicTrimming(records, log, () -> well, clock, WEEK, Duration.ofMillis(10));
  }

  private void commit(int records) {
    List<Received> batch = new ArrayList<>();
    long first = log.head().nextOffset();
    for (int i = 0; i < records; i++) {
      batch.add(new Received(first + i, Received.NO_TIME, ByteString.copyFromUtf8("?" + i)));
    }
    assertThat(new LogAppender(log, TopicScript.heads()).append(batch))
        .isInstanceOf(AppendOutcome.Committed.class);
  }

  private void publish() {
    log.storeCheckpoint(log.head().size(), "note");
  }
}
