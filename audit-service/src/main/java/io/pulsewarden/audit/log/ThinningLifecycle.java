package io.pulsewarden.audit.log;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Has old checkpoints thinned, at the start and once a day. */
@ApplicationScoped
class ThinningLifecycle {

  private static final Logger LOG = Logger.getLogger(ThinningLifecycle.class);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final LogStore store;
  private final CountDownLatch stop = new CountDownLatch(1);
  private @Nullable Thread thread;

  ThinningLifecycle(LogStore store) {
    this.store = store;
  }

  void start(@Observes StartupEvent started) {
    thread = Thread.ofVirtual().name("log-thinning").start(this::run);
  }

  void stop(@Observes ShutdownEvent stopping) throws InterruptedException {
    stop.countDown();
    Thread running = thread;
    if (running != null) {
      running.join(PATIENCE);
    }
  }

  private void run() {
    try {
      do {
        attempt();
      } while (!stop.await(1, TimeUnit.DAYS));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void attempt() {
    try {
      long gone = 0;
      long step;
      do {
        step = store.thinCheckpoints();
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
