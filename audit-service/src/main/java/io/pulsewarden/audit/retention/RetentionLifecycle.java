package io.pulsewarden.audit.retention;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Looks each day whether entries can go. */
@ApplicationScoped
class RetentionLifecycle {

  private static final Logger LOG = Logger.getLogger(RetentionLifecycle.class);
  private static final Duration AGAIN = Duration.ofMinutes(10);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Retention retention;
  private final RetentionConfiguration settings;
  private final Clock clock;
  private final CountDownLatch stop = new CountDownLatch(1);
  private @Nullable Thread thread;

  RetentionLifecycle(Retention retention, RetentionConfiguration settings, Clock clock) {
    this.retention = retention;
    this.settings = settings;
    this.clock = clock;
  }

  void start(@Observes StartupEvent started) {
    thread = Thread.ofVirtual().name("retention").start(this::run);
  }

  void stop(@Observes ShutdownEvent stopping) throws InterruptedException {
    stop.countDown();
    Thread running = thread;
    if (running != null) {
      running.join(PATIENCE);
    }
  }

  private void run() {
    Instant due = next(clock.instant());
    while (!stopped(due)) {
      try {
        retention
            .sign(Duration.ofDays(settings.keepDays()))
            .ifPresent(signed -> LOG.infof("entries may be pruned minimum=%d", signed.minimum()));
        due = next(clock.instant());
      } catch (RuntimeException away) {
        LOG.warn("what may be pruned is not signed", away);
        due = clock.instant().plus(AGAIN);
      }
    }
  }

  /** The next time of day that is later than now. */
  private Instant next(Instant now) {
    Instant today = now.atZone(ZoneOffset.UTC).with(settings.signAt()).toInstant();
    return today.isAfter(now) ? today : today.plus(Duration.ofDays(1));
  }

  private boolean stopped(Instant due) {
    try {
      long wait = Duration.between(clock.instant(), due).toMillis();
      return stop.await(wait, TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return true;
    }
  }
}
