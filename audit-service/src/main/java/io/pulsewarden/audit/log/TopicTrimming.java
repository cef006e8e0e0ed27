package io.pulsewarden.audit.log;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Deletes the topic's records that nobody needs any more: those whose entries are committed and
 * under the published checkpoint, and that are older than the time for which a restored database
 * would have to read them again. One thread.
 */
final class TopicTrimming implements Runnable {

  private static final System.Logger LOG = System.getLogger(TopicTrimming.class.getName());

  private final TopicRecords topic;
  private final LogState log;
  private final BooleanSupplier allowed;
  private final Clock clock;
  private final Duration keep;
  private final Duration pause;
  private final CountDownLatch stop = new CountDownLatch(1);
  private volatile long lag;
  private volatile long kept;

  /**
   * @param allowed whether the log is well: not behind what was published, not another one
   * @param keep how old a record must be
   */
  TopicTrimming(
      TopicRecords topic,
      LogState log,
      BooleanSupplier allowed,
      Clock clock,
      Duration keep,
      Duration pause) {
    this.topic = topic;
    this.log = log;
    this.allowed = allowed;
    this.clock = clock;
    this.keep = keep;
    this.pause = pause;
  }

  /** Records that are not in the log yet, as of the last look. */
  long lag() {
    return lag;
  }

  /** Records that Kafka has, as of the last look. */
  long kept() {
    return kept;
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

  private void attempt() {
    try {
      round();
    } catch (RuntimeException failed) {
      LOG.log(System.Logger.Level.WARNING, "the audit topic's records not looked after", failed);
    }
  }

  /**
   * One look.
   *
   * <p>A crash before the deletion leaves records that the next look deletes; a crash after it, or
   * while the broker is at it, leaves fewer of those that are not needed. Nothing else remembers
   * what was deleted: where the log reads on stands in its own transaction, and is never below.
   */
  void round() {
    long earliest = topic.earliest();
    long end = topic.end();
    long reached = log.head().nextOffset();
    lag = Math.max(0, end - reached);
    kept = end - earliest;
    long below = deletable();
    if (below > earliest && allowed.getAsBoolean()) {
      topic.deleteBelow(below);
      kept = end - below;
      LOG.log(
          System.Logger.Level.INFO,
          "records of the audit topic deleted, their entries are published and old below={0}",
          Long.toString(below));
    }
    // What is committed, whether witnesses have cosigned it or not. A crash before this leaves an
    // older word, and writers that stop a little too early. Last: a broker that refuses the word
    // gets rid of its records all the same.
    topic.reached(reached);
  }

  /** The first offset that has to stay. */
  private long deletable() {
    OptionalLong published = log.publishedOffset();
    Optional<Instant> newest = topic.newestAt();
    if (published.isEmpty() || newest.isEmpty()) {
      return 0;
    }
    // Two clocks have to agree that a record is old: this one alone could be wrong by years.
    Instant now = newest.get().isBefore(clock.instant()) ? newest.get() : clock.instant();
    return Math.min(published.getAsLong() + 1, topic.firstAt(now.minus(keep)));
  }
}
