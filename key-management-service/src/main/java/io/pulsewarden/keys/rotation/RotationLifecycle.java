package io.pulsewarden.keys.rotation;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jboss.logging.Logger.Level;
import org.jspecify.annotations.Nullable;

/** Does what is left of rotations and trims while the service runs, on a virtual thread. */
@Singleton
class RotationLifecycle {

  private static final Logger LOG = Logger.getLogger(RotationLifecycle.class);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final CountDownLatch stop = new CountDownLatch(1);
  private @Nullable Thread thread;

  void start(
      @Observes StartupEvent started, KekWork work, RotationConfiguration.Settings settings) {
    thread =
        Thread.ofVirtual().name("kek-work").start(() -> run(work, settings.interval().toMillis()));
  }

  private void run(KekWork work, long pause) {
    boolean waiting = false;
    while (!stopped(pause)) {
      try {
        work.round();
        waiting = false;
      } catch (RuntimeException away) {
        // Once for each time that it is away: this comes by again and again.
        LOG.log(
            waiting ? Level.DEBUG : Level.WARN,
            "the database does not say what there is to rotate",
            away);
        waiting = true;
      }
    }
  }

  private boolean stopped(long pause) {
    try {
      return stop.await(pause, TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  void stop(@Observes ShutdownEvent stopping) throws InterruptedException {
    stop.countDown();
    Thread running = thread;
    if (running != null && !running.join(PATIENCE)) {
      running.interrupt();
    }
  }
}
