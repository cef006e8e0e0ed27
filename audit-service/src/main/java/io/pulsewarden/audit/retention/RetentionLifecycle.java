package io.pulsewarden.audit.retention;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Looks each day whether entries can go. */
@ApplicationScoped
class RetentionLifecycle {

  private static final Logger LOG = Logger.getLogger(RetentionLifecycle.class);
  private static final Duration AGAIN = Duration.ofMinutes(10);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** Between two looks at the clock, which may be set. */
  private static final Duration LOOK = Duration.ofMinutes(1);

  private final Supplier<Optional<Prunable>> sign;
  private final RetentionConfiguration settings;
  private final Clock clock;
  private final Duration look;
  private final CountDownLatch stop = new CountDownLatch(1);
  private @Nullable Thread thread;

  @Inject
  RetentionLifecycle(Retention retention, RetentionConfiguration settings, Clock clock) {
    this(() -> retention.sign(Duration.ofDays(settings.keepDays())), settings, clock, LOOK);
  }

  /**
   * @param sign signs what may go, if that is more than before
   */
  RetentionLifecycle(
      Supplier<Optional<Prunable>> sign,
      RetentionConfiguration settings,
      Clock clock,
      Duration look) {
    this.sign = sign;
    this.settings = settings;
    this.clock = clock;
    this.look = look;
  }

  void start(@Observes StartupEvent started) {
    begin();
  }

  void stop(@Observes ShutdownEvent stopping) throws InterruptedException {
    end();
  }

  void begin() {
    thread = Thread.ofVirtual().name("retention").start(this::run);
  }

  void end() throws InterruptedException {
    stop.countDown();
    Thread running = thread;
    if (running != null) {
      running.join(PATIENCE);
    }
  }

  private void run() {
    Instant due = next(clock.instant());
    while (!stopped()) {
      if (clock.instant().isBefore(due)) {
        continue;
      }
      try {
        sign.get()
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

  private boolean stopped() {
    try {
      return stop.await(look.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return true;
    }
  }
}
