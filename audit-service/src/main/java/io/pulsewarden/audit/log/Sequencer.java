package io.pulsewarden.audit.log;

import io.pulsewarden.audit.checkpoint.CheckpointSigner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Moves records from the topic into the log, batch by batch: commit, then sign, then publish. While
 * one batch is on its way, the next is read, checked and hashed; it is committed only when the one
 * before it is published. Begins anew from the database after whatever goes wrong. Runs on a thread
 * of its own.
 */
final class Sequencer implements Runnable {

  private static final System.Logger LOG = System.getLogger(Sequencer.class.getName());
  private static final Duration POLL = Duration.ofMillis(200);

  /**
   * How long a small batch, which could not be committed anyway, is left alone before more records
   * are asked for: each question costs the broker and this service something.
   */
  private static final Duration LINGER = Duration.ofMillis(20);

  /** For an answer that is on its way. */
  private static final Duration AT_ONCE = Duration.ofMillis(2);

  /** Between two attempts. */
  static final Duration PAUSE = Duration.ofMillis(500);

  /** With so many records a batch is made ready though the one before it is on its way still. */
  static final int ENOUGH = 1000;

  private final Supplier<? extends @Nullable AutoCloseable> lease;
  private final LongFunction<? extends TopicReader> consumers;
  private final LogAppender appender;
  private final CheckpointPublisher checkpoints;
  private final SequencerMetrics metrics;
  private final Duration pause;
  private final int enough;
  private final CountDownLatch stop = new CountDownLatch(1);
  private volatile long told;
  private volatile Standing standing = Standing.STARTING;

  /** How the sequencer stands. */
  enum Standing {
    /** Not yet at work. */
    STARTING,
    /** Another instance sequences. */
    WAITING,
    /** The last round went well. */
    WORKING,
    /** It did not. */
    FAILED,
    /** The database is older than what was published: nothing is signed until it caught up. */
    BEHIND,
    /** The database has another log than the one that was published: nothing is signed. */
    CONTRADICTED;

    boolean isReady() {
      return this == WAITING || this == WORKING;
    }
  }

  /**
   * @param lease null while another instance sequences
   * @param consumers opens the topic at an offset
   * @param pause between two attempts
   * @param enough records to make a batch of, though the one before it is on its way
   */
  Sequencer(
      Supplier<? extends @Nullable AutoCloseable> lease,
      LongFunction<? extends TopicReader> consumers,
      LogAppender appender,
      CheckpointPublisher checkpoints,
      SequencerMetrics metrics,
      Duration pause,
      int enough) {
    this.lease = lease;
    this.consumers = consumers;
    this.appender = appender;
    this.checkpoints = checkpoints;
    this.metrics = metrics;
    this.pause = pause;
    this.enough = enough;
  }

  Standing standing() {
    Standing now = standing;
    return now.isReady() && checkpoints.isBehind() ? Standing.BEHIND : now;
  }

  /** Whether the database has what was published from here. */
  boolean holds() {
    return standing != Standing.CONTRADICTED && !checkpoints.isBehind();
  }

  /** Somebody shows checkpoints that he says were published. */
  void shown(List<String> notes) {
    checkpoints.shown(notes);
  }

  void stop() {
    stop.countDown();
  }

  @Override
  public void run() {
    while (stop.getCount() > 0) {
      try (AutoCloseable held = lease.get()) {
        if (held != null) {
          sequence();
        }
        if (held == null) {
          // Whoever sequences may catch up with what was published from here, or may not have it.
          checkpoints.follow();
          standing = Standing.WAITING;
        }
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        return;
      } catch (LogContradictedException contradicted) {
        standing = Standing.CONTRADICTED;
        LOG.log(
            System.Logger.Level.ERROR,
            "the audit log contradicts what was published",
            contradicted);
        // Trying again can't make it true: a person has to look, and to start the service anew.
        return;
      } catch (Exception failed) {
        standing = Standing.FAILED;
        LOG.log(System.Logger.Level.WARNING, "sequencer begins anew", failed);
      }
      pause();
    }
  }

  /** Until told to stop, or overtaken. */
  private void sequence() throws InterruptedException {
    appender.forget();
    CheckpointSigner signer = checkpoints.signer();
    TreeHead head = appender.head();
    // Whoever committed them may have ended before it told anybody; what is signed was told of.
    appender.unsignedFindings(told).forEach(metrics::alert);
    told = Math.max(told, head.size());
    checkpoints.publish(signer, head);
    try (TopicReader topic = consumers.apply(appender.head().nextOffset());
        CommitLane lane = new CommitLane(batch -> append(signer, batch))) {
      boolean mine = true;
      while (mine && stop.getCount() > 0) {
        List<Received> batch = read(topic, lane);
        LogAppender.Prepared next = batch.isEmpty() ? null : appender.prepare(batch, lane);
        mine = lane.settle();
        if (mine && next != null) {
          lane.begin(next);
        } else if (mine) {
          standing = Standing.WORKING;
        }
      }
      var _ = mine && lane.settle();
    }
  }

  private List<Received> read(TopicReader topic, CommitLane lane) throws InterruptedException {
    List<Received> batch = new ArrayList<>(topic.poll(POLL));
    while (!batch.isEmpty() && batch.size() < enough && lane.isBusy()) {
      lane.await(LINGER);
      batch.addAll(topic.poll(AT_ONCE));
    }
    return batch;
  }

  private AppendOutcome append(CheckpointSigner signer, LogAppender.Prepared batch) {
    AppendOutcome outcome = appender.commit(batch);
    if (outcome instanceof AppendOutcome.Committed committed) {
      // Before they are published. A crash before this, or in the middle, leaves findings that no
      // checkpoint covers: the next round tells of them, perhaps a second time.
      metrics.found(committed);
      told = committed.head().size();
      checkpoints.publish(signer, committed.head());
      // Only now: a database that can be read and not written must not look well in between.
      standing = Standing.WORKING;
      metrics.published(committed);
    }
    return outcome;
  }

  private void pause() {
    try {
      var _ = stop.await(pause.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      stop();
    }
  }
}
