package io.pulsewarden.audit.log;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Has old checkpoints thinned, at the start and once a day. */
@ApplicationScoped
class ThinningLifecycle {

  private static final Logger LOG = Logger.getLogger(ThinningLifecycle.class);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** Between two looks at the clock, which may be set. */
  private static final Duration LOOK = Duration.ofMinutes(1);

  private static final Duration DAY = Duration.ofDays(1);

  private final LongSupplier thin;
  private final Clock clock;
  private final Duration look;
  private final CountDownLatch stop = new CountDownLatch(1);
  private @Nullable Thread thread;

  @Inject
  ThinningLifecycle(LogStore store, Clock clock) {
    this(store::thinCheckpoints, clock, LOOK);
  }

  /**
   * @param thin one step; says how many it deleted
   */
  ThinningLifecycle(LongSupplier thin, Clock clock, Duration look) {
    this.thin = thin;
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
    thread = Thread.ofVirtual().name("log-thinning").start(this::run);
  }

  void end() throws InterruptedException {
    stop.countDown();
    Thread running = thread;
    if (running != null) {
      running.join(PATIENCE);
    }
  }

  private void run() {
    try {
      Instant due = clock.instant();
      do {
        Instant now = clock.instant();
        // Also where the clock was far ahead for a moment.
        if (!now.isBefore(due) || due.isAfter(now.plus(DAY))) {
          due = now.plus(DAY);
          attempt();
        }
      } while (!stop.await(look.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void attempt() {
    try {
      long gone = 0;
      long step;
      do {
        step = thin.getAsLong();
        gone += step;
      } while (step > 0 && stop.getCount() > 0);
      if (gone > 0) {
        LOG.infof("old checkpoints thinned to one a day gone=%d", gone);
      }
    } catch (RuntimeException away) {
      // The database, as a rule: tomorrow's turn does today's work too.
      LOG.warn("old checkpoints not thinned", away);
    }
  }
}
