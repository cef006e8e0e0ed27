package io.pulsewarden.telemetry.wearing;

import io.pulsewarden.telemetry.devicefeed.DeviceDirectory;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jboss.logging.Logger.Level;

/** Runs the watch while the service runs. */
@Singleton
class WearingLifecycle {

  private static final Logger LOG = Logger.getLogger(WearingLifecycle.class);

  /** Looks that another instance, or the store, asked for are found this soon. */
  private static final Duration INTERVAL = Duration.ofMillis(500);

  private final WearingWatch watch;
  private final DeviceDirectory directory;
  private final Semaphore news = new Semaphore(0);
  private final Thread thread = Thread.ofVirtual().name("wearing").unstarted(this::run);
  private volatile boolean stopping;

  WearingLifecycle(WearingWatch watch, DeviceDirectory directory) {
    this.watch = watch;
    this.directory = directory;
  }

  void start(@Observes StartupEvent started) {
    directory.addListener(
        new DeviceDirectory.Listener() {
          @Override
          public void deviceChanged(UUID device) {
            watch.changed(device);
            news.release();
          }
        });
    thread.start();
  }

  void stop(@Observes ShutdownEvent stopped) {
    stopping = true;
    news.release();
    try {
      thread.join(Duration.ofSeconds(5));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    boolean begun = false;
    boolean waiting = false;
    while (waitForNews()) {
      try {
        if (!begun) {
          watch.begin();
          begun = true;
        }
        watch.turn();
        waiting = false;
      } catch (RuntimeException away) {
        // Once for each time that it is away: this comes twice a second.
        LOG.logf(
            waiting ? Level.DEBUG : Level.WARN,
            "readings can't be put in their place: error=%s",
            away.getClass().getName());
        waiting = true;
      }
    }
  }

  private boolean waitForNews() {
    try {
      boolean woken = news.tryAcquire(INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
      if (woken) {
        news.drainPermits();
      }
      return !stopping;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
