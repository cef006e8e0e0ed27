package io.pulsewarden.telemetry.quarantine;

import io.micrometer.core.instrument.MeterRegistry;
import io.pulsewarden.telemetry.store.ConsumerOffsetStore;
import io.pulsewarden.telemetry.store.DatabaseOffsetConsumer;
import io.pulsewarden.telemetry.store.StoreConsumers;
import io.pulsewarden.telemetry.store.StoreThreads;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Runs the store of telemetry.quarantine.v1 for as long as the service runs. */
@ApplicationScoped
class QuarantineStoreConsumer {

  private static final String TOPIC = "telemetry.quarantine.v1";
  private static final String GROUP = "telemetry-service.quarantine-store";

  @Inject ConsumerOffsetStore offsets;
  @Inject QuarantineStore store;
  @Inject MeterRegistry meters;
  @Inject StoreThreads threads;

  @Inject
  @Identifier("default-kafka-broker")
  Map<String, Object> kafka;

  private @Nullable DatabaseOffsetConsumer consumer;

  void start(@Observes StartupEvent started) {
    DatabaseOffsetConsumer starting =
        new DatabaseOffsetConsumer(
            TOPIC,
            () -> StoreConsumers.create(kafka, GROUP),
            new QuarantineSink(offsets, store),
            meters);
    consumer = starting;
    starting.start();
    threads.watch(TOPIC, starting::alive);
  }

  void stop(@Observes ShutdownEvent stopping) {
    DatabaseOffsetConsumer running = consumer;
    if (running != null) {
      running.close();
    }
  }
}
