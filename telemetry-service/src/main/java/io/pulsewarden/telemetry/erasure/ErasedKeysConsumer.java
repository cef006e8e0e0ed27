package io.pulsewarden.telemetry.erasure;

import io.micrometer.core.instrument.MeterRegistry;
import io.pulsewarden.telemetry.keys.Confirmation;
import io.pulsewarden.telemetry.keys.Confirmation.Purged;
import io.pulsewarden.telemetry.keys.KeyConfirmations;
import io.pulsewarden.telemetry.store.DatabaseOffsetConsumer;
import io.pulsewarden.telemetry.store.StoreConsumers;
import io.pulsewarden.telemetry.store.StoreThreads;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jboss.logging.Logger.Level;
import org.jspecify.annotations.Nullable;

/** Purges while the service runs, and tells key management until it has heard. */
@Singleton
class ErasedKeysConsumer {

  private static final Logger LOG = Logger.getLogger(ErasedKeysConsumer.class);
  private static final String TOPIC = "keys.key-state.v1";
  private static final String GROUP = "telemetry-service.erasure";
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Purges are the service's, whichever process says so; no keys are held under this name. */
  private static final UUID NOBODY = new UUID(0, 0);

  private final CountDownLatch stop = new CountDownLatch(1);
  private final ErasedKeysSink sink;
  private final PurgeStore purges;
  private final KeyConfirmations line;
  private final Wearings wearings;
  private final ErasureConfiguration.Settings settings;
  private final MeterRegistry meters;
  private final StoreThreads threads;
  private final Map<String, Object> kafka;
  private @Nullable DatabaseOffsetConsumer consumer;

  ErasedKeysConsumer(
      ErasedKeysSink sink,
      PurgeStore purges,
      KeyConfirmations line,
      Wearings wearings,
      ErasureConfiguration.Settings settings,
      MeterRegistry meters,
      StoreThreads threads,
      @Identifier("default-kafka-broker") Map<String, Object> kafka) {
    this.sink = sink;
    this.purges = purges;
    this.line = line;
    this.wearings = wearings;
    this.settings = settings;
    this.meters = meters;
    this.threads = threads;
    this.kafka = kafka;
  }

  void start(@Observes StartupEvent started) {
    DatabaseOffsetConsumer starting =
        new DatabaseOffsetConsumer(
            TOPIC, () -> StoreConsumers.create(kafka, GROUP), sink, meters, true);
    consumer = starting;
    starting.start();
    threads.watch(TOPIC, starting::alive);
    Thread _ =
        Thread.ofVirtual()
            .name("purge-reports")
            .start(() -> repeat(INTERVAL, this::tell, "key management can't be told of purges"));
    Thread _ =
        Thread.ofVirtual()
            .name("purge-sweeps")
            .start(() -> repeat(settings.sweep(), this::sweep, "erased patients are not swept"));
  }

  void stop(@Observes ShutdownEvent stopping) {
    stop.countDown();
    DatabaseOffsetConsumer running = consumer;
    if (running != null) {
      running.close();
    }
  }

  private void repeat(Duration interval, Supplier<Uni<Void>> work, String failed) {
    boolean waiting = false;
    while (!stopped(interval)) {
      try {
        work.get().await().atMost(PATIENCE);
        waiting = false;
      } catch (RuntimeException away) {
        // Once for each time that it is away: this comes by again and again.
        LOG.log(waiting ? Level.DEBUG : Level.WARN, failed, away);
        waiting = true;
      }
    }
  }

  /** While it is not known who wore what, nothing is: the next one finds it. */
  private Uni<Void> sweep() {
    return wearings.known() ? purges.sweep(wearings) : Uni.createFrom().voidItem();
  }

  /** A crash between the two: it is said again, which changes nothing. */
  private Uni<Void> tell() {
    return purges
        .unconfirmed()
        .chain(
            purged ->
                purged.isEmpty()
                    ? Uni.createFrom().voidItem()
                    : say(purged).chain(() -> purges.confirmed(purged)));
  }

  private Uni<Void> say(List<Purged> purged) {
    return Uni.createFrom()
        .completionStage(() -> line.confirm(new Confirmation(NOBODY, List.of(), purged, false)));
  }

  private boolean stopped(Duration pause) {
    try {
      return stop.await(pause.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return true;
    }
  }
}
