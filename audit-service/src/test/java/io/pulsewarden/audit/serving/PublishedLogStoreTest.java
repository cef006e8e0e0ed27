package io.pulsewarden.audit.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pulsewarden.audit.log.LogStore.StoredCheckpoint;
import io.pulsewarden.audit.merkle.MerkleHash;
import io.pulsewarden.audit.merkle.ProofBuilder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** A database that is put back under a running service. */
class PublishedLogStoreTest {

  private final TurnedClock clock = new TurnedClock();
  private List<byte[]> leaves = new ArrayList<>();
  private boolean holds = true;
  private final PublishedLogStore published =
      new PublishedLogStore(this::newest, this::read, () -> holds, clock);

  private static final class TurnedClock extends Clock {
    private Instant now = Instant.ofEpochSecond(1_764_000_000);

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return now;
    }

    void pass() {
      pass(Duration.ofSeconds(2));
    }

    void pass(Duration time) {
      now = now.plus(time);
    }
  }

  @Test
  void shouldShowWhatLeadsOn() {
    for (int size : new int[] {1, 40, 40, 200}) {
      grow("one", size);
      assertThat(published.checkpoint().size()).isEqualTo(size);
      assertThat(published.covers(size)).isTrue();
      assertThat(published.covers(size + 1)).isFalse();
      clock.pass();
    }
  }

  @Test
  void shouldShowNothingOfAnOlderDatabaseUntilItCaughtUp() {
    // Given a log that was shown
    grow("one", 100);
    assertThat(published.covers(100)).isTrue();

    // When an older database takes its place
    leaves = new ArrayList<>(leaves.subList(0, 60));
    clock.pass();

    // Then nothing is shown, also of what it has
    assertRefused(published::checkpoint);
    assertRefused(() -> published.covers(50));
    grow("one", 99);
    assertRefused(() -> published.covers(100));

    // And all of it once it is the same log again
    grow("one", 120);
    assertThat(published.covers(120)).isTrue();
  }

  @Test
  void shouldShowNothingOfAnotherLogHoweverLongItIs() {
    // Given a log that was shown, and its tiles
    grow("one", 100);
    assertThat(published.covers(100)).isTrue();
    byte[] first = published.tiles().read(0, 0, 100).getFirst();

    for (int size : new int[] {100, 101, 250}) {
      // When the database has another one
      leaves = new ArrayList<>();
      grow("another", size);
      clock.pass();

      // Then it is never shown, and no tile of the first one is taken for one of its own
      assertRefused(published::checkpoint);
      assertRefused(() -> published.covers(1));
      assertThat(published.tiles().read(0, 0, 100).getFirst()).isNotEqualTo(first);
    }

    // And the first one is, when it is back
    leaves = new ArrayList<>();
    grow("one", 130);
    assertThat(published.covers(130)).isTrue();
    assertThat(published.tiles().read(0, 0, 100).getFirst()).isEqualTo(first);
  }

  @Test
  void shouldCompareAlsoWhenTheClockHasGoneBack() {
    // Given a log that was shown and compared, and a clock that goes back by an hour
    for (int size : new int[] {50, 100}) {
      grow("one", size);
      assertThat(published.checkpoint().size()).isEqualTo(size);
      clock.pass();
    }
    grow("one", 101);
    assertThat(published.checkpoint().size()).isEqualTo(101);
    clock.pass(Duration.ofHours(-1));

    // When the database has less, or another log
    leaves = new ArrayList<>(leaves.subList(0, 60));
    assertRefused(() -> published.covers(50));
    grow("one", 101);
    assertThat(published.covers(101)).isTrue();
    assertThat(published.checkpoint().size()).isEqualTo(101);
    clock.pass(Duration.ofHours(-1));
    leaves = new ArrayList<>();
    grow("another", 200);

    // Then it is not shown, as if no clock had gone back
    assertRefused(published::checkpoint);
    assertRefused(() -> published.covers(50));
  }

  @Test
  void shouldShowNothingThatTheSequencerFindsOlderOrAnother() {
    grow("one", 10);
    assertThat(published.covers(10)).isTrue();

    holds = false;

    assertRefused(published::checkpoint);
    assertRefused(() -> published.covers(1));
    holds = true;
    assertThat(published.covers(10)).isTrue();
  }

  @Test
  void shouldSayThatAnEmptyLogHasNoCheckpointAndALostOneIsGone() {
    assertThatThrownBy(published::checkpoint).hasMessage("not-found");
    grow("one", 5);
    assertThat(published.size()).isEqualTo(5);

    leaves = new ArrayList<>();

    assertRefused(published::checkpoint);
  }

  private static void assertRefused(ThrowingCallable look) {
    assertThatThrownBy(look).hasMessage("log-not-as-published");
  }

  private void grow(String name, int size) {
    for (int i = leaves.size(); i < size; i++) {
      leaves.add(MerkleHash.leaf((name + i).getBytes(StandardCharsets.UTF_8)));
    }
  }

  private Optional<StoredCheckpoint> newest() {
    int size = leaves.size();
    if (size == 0) {
      return Optional.empty();
    }
    byte[] root = new ProofBuilder(size, this::read).root(size);
    return Optional.of(
        new StoredCheckpoint(
            size, "test/log\n" + size + "\n" + Base64.getEncoder().encodeToString(root) + "\n"));
  }

  /** All of it in one tile. */
  private List<byte[]> read(int level, long tile, int width) {
    assertThat(level + tile).isZero();
    return leaves.subList(0, width);
  }
}
