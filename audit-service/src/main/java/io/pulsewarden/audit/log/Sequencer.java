package io.pulsewarden.audit.log;

import io.pulsewarden.audit.checkpoint.CheckpointSigner;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Moves records from the topic into the log, batch by batch: commit, then sign, then publish.
 * Begins anew from the database after whatever goes wrong. Runs on a thread of its own.
 */
final class Sequencer implements Runnable {

  private static final System.Logger LOG = System.getLogger(Sequencer.class.getName());
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final Supplier<? extends @Nullable AutoCloseable> lease;
  private final LongFunction<AuditEventConsumer> consumers;
  private final LogAppender appender;
  private final CheckpointPublisher checkpoints;
  private final SequencerMetrics metrics;
  private final CountDownLatch stop = new CountDownLatch(1);
  private volatile boolean healthy;

  /**
   * @param lease null while another instance sequences
   * @param consumers opens the topic at an offset
   */
  Sequencer(
      Supplier<? extends @Nullable AutoCloseable> lease,
      LongFunction<AuditEventConsumer> consumers,
      LogAppender appender,
      CheckpointPublisher checkpoints,
      SequencerMetrics metrics) {
    this.lease = lease;
    this.consumers = consumers;
    this.appender = appender;
    this.checkpoints = checkpoints;
    this.metrics = metrics;
  }

  /** Whether the last round went well; to wait for another instance is well. */
  boolean healthy() {
    return healthy;
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
        healthy = true;
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        return;
      } catch (Exception failed) {
        healthy = false;
        LOG.log(System.Logger.Level.WARNING, "sequencer begins anew", failed);
      }
      pause();
    }
  }

  /** Until told to stop, or overtaken. */
  private void sequence() {
    appender.forget();
    CheckpointSigner signer = checkpoints.signer();
    checkpoints.publish(signer, appender.head());
    try (AuditEventConsumer consumer = consumers.apply(appender.head().nextOffset())) {
      while (stop.getCount() > 0) {
        List<Received> batch = consumer.poll(POLL);
        healthy = true;
        if (!batch.isEmpty() && !append(signer, batch)) {
          return;
        }
      }
    }
  }

  private boolean append(CheckpointSigner signer, List<Received> batch) {
    return switch (appender.append(batch)) {
      case AppendOutcome.Committed committed -> {
        checkpoints.publish(signer, committed.head());
        metrics.published(committed);
        yield true;
      }
      case AppendOutcome.Overtaken() -> false;
    };
  }

  private void pause() {
    try {
      var _ = stop.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      stop();
    }
  }
}
