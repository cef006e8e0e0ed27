package io.pulsewarden.keys.erasure;

import io.pulsewarden.keys.subject.SubjectKeys;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jboss.logging.Logger.Level;
import org.jspecify.annotations.Nullable;

/**
 * Runs erasures while the service runs, and is itself one who holds keys: unwrapped ones, for
 * minutes. What another instance destroyed is forgotten here at the next turn; where the database
 * can't be asked whether there is such a thing, everything is forgotten in time.
 */
@Singleton
class ErasureLifecycle {

  private static final Logger LOG = Logger.getLogger(ErasureLifecycle.class);

  /** How long the database may be away before what is in memory goes. */
  private static final Duration GRACE = Duration.ofMinutes(1);

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final UUID instance = UUID.randomUUID();
  private final CountDownLatch stop = new CountDownLatch(1);
  private final ErasureProgressStore progress;
  private final HolderStore holders;
  private final SubjectKeys keys;
  private final ErasureConfiguration.Settings settings;
  private final Clock clock;
  private final String service;
  private @Nullable Thread thread;
  private Instant renewed = Instant.MIN;

  ErasureLifecycle(
      ErasureProgressStore progress,
      HolderStore holders,
      SubjectKeys keys,
      ErasureConfiguration.Settings settings,
      Clock clock,
      @ConfigProperty(name = "quarkus.application.name") String service) {
    this.progress = progress;
    this.holders = holders;
    this.keys = keys;
    this.settings = settings;
    this.clock = clock;
    this.service = service;
  }

  void start(@Observes StartupEvent started) {
    thread = Thread.ofVirtual().name("erasure").start(this::run);
  }

  void stop(@Observes ShutdownEvent stopping) {
    stop.countDown();
    Thread running = thread;
    if (running != null) {
      try {
        running.join(PATIENCE);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }
    keys.forgetAll();
    try {
      await(holders.left(instance, service, clock.instant()));
    } catch (RuntimeException away) {
      LOG.debug("nobody is told that nothing is held here any more", away);
    }
  }

  private void run() {
    boolean waiting = false;
    do {
      try {
        turn();
        waiting = false;
      } catch (RuntimeException away) {
        // Once for each time that it is away: this comes by again and again.
        LOG.log(waiting ? Level.DEBUG : Level.WARN, "erasures wait for the database", away);
        waiting = true;
        forgetIfBlind();
      }
    } while (!stopped());
  }

  private void turn() {
    Instant now = clock.instant();
    await(holders.renew(instance, service, now.plus(keys.lifetime()).plus(GRACE)));
    renewed = now;
    var destroyed = await(holders.toForget(instance));
    if (!destroyed.isEmpty()) {
      keys.forget(destroyed);
      await(holders.forgotten(instance, service, destroyed, now));
    }
    await(progress.pass());
    await(holders.dropOver(now, settings.clockSkew().plus(GRACE)));
  }

  /** A key may have been destroyed that is still in memory here. */
  private void forgetIfBlind() {
    if (renewed.isBefore(clock.instant().minus(GRACE))) {
      keys.forgetAll();
    }
  }

  private static <T> T await(Uni<T> work) {
    return work.await().atMost(PATIENCE);
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
