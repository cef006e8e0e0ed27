package io.pulsewarden.registry.configuration;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.vertx.VertxContextSupport;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Turns the rollout for as long as the service runs. */
@ApplicationScoped
class RolloutLifecycle {

  private static final Logger LOG = Logger.getLogger(RolloutLifecycle.class);
  private static final Duration IDLE = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final RolloutStore rollout;
  private final CountDownLatch stop = new CountDownLatch(1);
  private @Nullable Thread thread;

  RolloutLifecycle(RolloutStore rollout) {
    this.rollout = rollout;
  }

  void start(@Observes StartupEvent event) {
    thread = Thread.ofPlatform().daemon().name("configuration-rollout").start(this::run);
  }

  void stop(@Observes ShutdownEvent event) {
    stop.countDown();
    Thread running = thread;
    if (running == null) {
      return;
    }
    try {
      running.join(PATIENCE);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    while (!stopped(tellSome() ? Duration.ZERO : IDLE)) {
      // The condition does the work.
    }
  }

  private boolean tellSome() {
    try {
      return VertxContextSupport.subscribeAndAwait(rollout::tellSome);
    } catch (Throwable failed) {
      LOG.warnf("a configuration was not rolled out cause=%s", failed.getClass().getName());
      return false;
    }
  }

  private boolean stopped(Duration patience) {
    try {
      return stop.await(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return true;
    }
  }
}
