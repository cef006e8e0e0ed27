package io.pulsewarden.telemetry.retention;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Does what retention has due, while the service runs: at once, and then again and again. */
@Singleton
class RetentionLifecycle {

  private static final Logger LOG = Logger.getLogger(RetentionLifecycle.class);
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  /** What could not be done, for want of a lock or of the database, is tried again this soon. */
  private static final Duration AGAIN = Duration.ofSeconds(30);

  private final CountDownLatch stop = new CountDownLatch(1);
  private final Retention retention;
  private final Duration interval;

  RetentionLifecycle(Retention retention, RetentionConfiguration.Settings settings) {
    this.retention = retention;
    this.interval = settings.interval();
  }

  void start(@Observes StartupEvent started) {
    Thread _ = Thread.ofVirtual().name("retention").start(this::run);
  }

  void stop(@Observes ShutdownEvent stopping) {
    stop.countDown();
  }

  private void run() {
    Duration pause;
    do {
      pause = turn() ? interval : AGAIN;
    } while (!stopped(pause));
  }

  private boolean turn() {
    try {
      retention.turn().await().atMost(PATIENCE);
      return true;
    } catch (RuntimeException later) {
      LOG.warnf(
          "months of blocks are neither added nor dropped now: error=%s",
          later.getClass().getName());
      return false;
    }
  }

  private boolean stopped(Duration pause) {
    try {
      return stop.await(pause.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return true;
    }
  }
}
