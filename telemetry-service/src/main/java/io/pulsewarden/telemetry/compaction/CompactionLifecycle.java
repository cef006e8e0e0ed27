package io.pulsewarden.telemetry.compaction;

import io.micrometer.core.instrument.MeterRegistry;
import io.pulsewarden.telemetry.compaction.Compaction.Round;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Compacts while the service runs, where that is configured. */
@Singleton
class CompactionLifecycle {

  private static final Logger LOG = Logger.getLogger(CompactionLifecycle.class);

  private final CountDownLatch stop = new CountDownLatch(1);
  private final Compaction compaction;
  private final CompactionConfiguration.Settings settings;
  private final MeterRegistry meters;

  CompactionLifecycle(
      Compaction compaction, CompactionConfiguration.Settings settings, MeterRegistry meters) {
    this.compaction = compaction;
    this.settings = settings;
    this.meters = meters;
  }

  void start(@Observes StartupEvent started) {
    if (settings.enabled()) {
      Thread _ = Thread.ofVirtual().name("compaction").start(this::run);
    }
  }

  void stop(@Observes ShutdownEvent stopping) {
    stop.countDown();
  }

  private void run() {
    do {
      round();
    } while (!stopped());
  }

  private void round() {
    try {
      Round round = compaction.round(() -> stop.getCount() > 0);
      meters.counter("pulsewarden.compaction.rows").increment(round.made());
      meters.counter("pulsewarden.compaction.failed").increment(round.failed());
      if (round.failed() > 0) {
        LOG.warnf("hours stay plain: failed=%d error=%s", round.failed(), round.error());
      }
    } catch (RuntimeException later) {
      // What is plain stays plain, and readable.
      LOG.warnf("compaction waits: error=%s", later.getClass().getName());
    }
  }

  private boolean stopped() {
    try {
      return stop.await(settings.interval().toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return true;
    }
  }
}
