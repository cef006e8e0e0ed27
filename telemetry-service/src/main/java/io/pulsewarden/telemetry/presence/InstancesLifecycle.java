package io.pulsewarden.telemetry.presence;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Says every few seconds that this instance lives, puts right what others or an outage left wrong
 * of its sessions, and ends those of instances that are dead. A round that fails is made good by
 * the next one. Thread-safe.
 */
@Singleton
final class InstancesLifecycle {

  private static final System.Logger LOG = System.getLogger(InstancesLifecycle.class.getName());
  private static final Duration EACH = Duration.ofSeconds(3);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** In so many rounds one looks at all of its sessions: a minute. */
  private static final int ALL_EACH = 20;

  private final Vertx vertx;
  private final InstanceStore store;
  private final ThisInstance instance;
  private final AtomicBoolean speaking = new AtomicBoolean();
  private final AtomicBoolean looking = new AtomicBoolean();
  private final AtomicInteger rounds = new AtomicInteger();
  private volatile boolean adopted;
  private volatile long speaks;
  private volatile long looks;

  InstancesLifecycle(Vertx vertx, InstanceStore store, ThisInstance instance) {
    this.vertx = vertx;
    this.store = store;
    this.instance = instance;
  }

  void start(@Observes StartupEvent started) {
    speak();
    look();
    speaks = vertx.setPeriodic(EACH.toMillis(), _ -> speak());
    looks = vertx.setPeriodic(EACH.toMillis(), _ -> look());
  }

  // What its sessions' ends could not say any more, others say when it has been silent.
  void stop(@Observes ShutdownEvent stopping) {
    vertx.cancelTimer(speaks);
    vertx.cancelTimer(looks);
  }

  /** By itself: a slow look must not make others take this instance for dead. */
  private void speak() {
    unlessUnderWay(speaking, store.touch(instance.id()), EACH);
  }

  private void look() {
    unlessUnderWay(looking, Uni.createFrom().deferred(this::round), PATIENCE);
  }

  private static void unlessUnderWay(AtomicBoolean underWay, Uni<Void> step, Duration patience) {
    if (underWay.compareAndSet(false, true)) {
      step.ifNoItem()
          .after(patience)
          .fail()
          .onTermination()
          .invoke(() -> underWay.set(false))
          .subscribe()
          .with(
              _ -> {},
              failure ->
                  LOG.log(
                      System.Logger.Level.DEBUG,
                      "instances can't be looked after: error={0}",
                      failure.getClass().getName()));
    }
  }

  private Uni<Void> round() {
    return (adopted ? nothing() : store.adopt().invoke(() -> adopted = true))
        .chain(_ -> store.presumedLost(instance.id()))
        .call(lost -> store.reopen(instance.id(), lost.stream().filter(instance::has).toList()))
        .chain(lost -> store.confirmLost(instance.id(), gone(lost)))
        .chain(_ -> unlessHere(store::replaced, store::ended))
        .chain(_ -> isTurnOfAll() ? unlessHere(store::open, store::close) : nothing())
        .chain(_ -> store.sweep(instance.id()));
  }

  private boolean isTurnOfAll() {
    return rounds.getAndIncrement() % ALL_EACH == 0;
  }

  private Uni<Void> unlessHere(
      Function<UUID, Uni<List<UUID>>> found, BiFunction<UUID, List<UUID>, Uni<Void>> step) {
    return found.apply(instance.id()).chain(all -> step.apply(instance.id(), gone(all)));
  }

  private List<UUID> gone(List<UUID> connections) {
    return connections.stream().filter(one -> !instance.has(one)).toList();
  }

  private static Uni<Void> nothing() {
    return Uni.createFrom().voidItem();
  }
}
