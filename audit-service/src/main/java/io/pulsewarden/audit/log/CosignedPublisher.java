package io.pulsewarden.audit.log;

import io.pulsewarden.audit.witness.Witnesses;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Has the newest checkpoint cosigned, and stores it with what it got: from then on it is published,
 * if that is a quorum. On a thread of its own, so that the sequencer never waits for a witness. Any
 * number of instances may do so at once.
 */
final class CosignedPublisher implements Runnable {

  private static final System.Logger LOG = System.getLogger(CosignedPublisher.class.getName());

  private final LogState store;
  private final Witnesses witnesses;
  private final Clock clock;
  private final Duration pause;
  private final Consumer<List<String>> shown;
  private final CountDownLatch stop = new CountDownLatch(1);
  private volatile @Nullable Instant missedSince;

  /**
   * @param shown is told of checkpoints that witnesses show for what they say against the log
   */
  CosignedPublisher(
      LogState store,
      Witnesses witnesses,
      Clock clock,
      Duration pause,
      Consumer<List<String>> shown) {
    this.shown = shown;
    this.store = store;
    this.witnesses = witnesses;
    this.clock = clock;
    this.pause = pause;
  }

  /** Since when the newest checkpoint has been without its quorum; empty if it has it. */
  Optional<Instant> missedSince() {
    return Optional.ofNullable(missedSince);
  }

  void stop() {
    stop.countDown();
  }

  @Override
  public void run() {
    try {
      do {
        attempt();
      } while (!stop.await(pause.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void attempt() throws InterruptedException {
    try {
      round();
    } catch (RuntimeException failed) {
      missed();
      LOG.log(System.Logger.Level.WARNING, "checkpoint not cosigned", failed);
    }
  }

  /**
   * One round.
   *
   * <p>A crash after the witnesses' answers and before they are stored loses the cosignatures, not
   * what the witnesses recorded: they cosign the same tree again, or a longer one that it begins.
   * Once stored, it is published.
   */
  void round() throws InterruptedException {
    Optional<LogStore.StoredCheckpoint> newest = store.newestSigned();
    if (newest.isEmpty() || newest.get().size() == 0) {
      return;
    }
    long size = newest.get().size();
    // What another instance has published meanwhile may have answered it.
    hear();
    if (cosignedUpTo() < size) {
      Witnesses.Cosigned cosigned = witnesses.cosign(size, newest.get().note(), store);
      hear();
      if (!cosigned.quorum()) {
        missed();
        return;
      }
      if (cosigned.count() > 0) {
        store.storeCosigned(size, cosigned.note(), cosigned.count());
      }
    }
    missedSince = null;
  }

  /** What witnesses say against the log, with and without a quorum. */
  private void hear() {
    long signed = store.newestSigned().map(LogStore.StoredCheckpoint::size).orElse(0L);
    List<String> notes = new ArrayList<>();
    for (Witnesses.Accusation one : witnesses.accusations()) {
      if (one.size() > 0 && one.size() <= signed) {
        witnesses.drop(one);
      } else {
        one.shown().ifPresent(notes::add);
      }
    }
    if (!notes.isEmpty()) {
      shown.accept(List.copyOf(notes));
    }
  }

  private long cosignedUpTo() {
    return store
        .newestCosigned(Math.max(1, witnesses.quorum()))
        .map(LogStore.StoredCheckpoint::size)
        .orElse(-1L);
  }

  private void missed() {
    if (missedSince == null) {
      missedSince = clock.instant();
    }
  }
}
