package io.pulsewarden.audit.index;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Looks after the index while the service runs: each day, and when the owner wants a new one. */
@ApplicationScoped
class IndexLifecycle {

  private static final Logger LOG = Logger.getLogger(IndexLifecycle.class);
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration AGAIN = Duration.ofMinutes(10);

  private final Runnable build;
  private final Runnable compare;
  private final IndexConfiguration settings;
  private final Clock clock;
  private final CountDownLatch stop = new CountDownLatch(1);
  private @Nullable Thread thread;

  @Inject
  IndexLifecycle(IndexBuild build, IndexWatch watch, IndexConfiguration settings, Clock clock) {
    this(() -> build.run(), () -> watch.look(), settings, clock);
  }

  /**
   * @param compare compares the index with the log, and tells
   */
  IndexLifecycle(Runnable build, Runnable compare, IndexConfiguration settings, Clock clock) {
    this.build = build;
    this.compare = compare;
    this.settings = settings;
    this.clock = clock;
  }

  void start(@Observes StartupEvent started) {
    begin();
  }

  void stop(@Observes ShutdownEvent stopping) throws InterruptedException {
    end();
  }

  void begin() {
    thread = Thread.ofVirtual().name("index").start(this::run);
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
      try {
        build.run();
        if (!clock.instant().isBefore(due)) {
          due = clock.instant().plus(AGAIN);
          compare.run();
          due = next(clock.instant());
        }
      } catch (RuntimeException away) {
        // The database or Kafka, as a rule: a later turn tries again.
        LOG.warn("the index waits to be looked after", away);
      }
    }
  }

  /** The next time of day that is later than now. */
  private Instant next(Instant now) {
    Instant today = now.atZone(ZoneOffset.UTC).with(settings.checkAt()).toInstant();
    return today.isAfter(now) ? today : today.plus(Duration.ofDays(1));
  }

  private boolean stopped() {
    try {
      return stop.await(settings.buildInterval().toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return true;
    }
  }
}
