package io.pulsewarden.telemetry.store;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Runs the store of telemetry.vitals.v1 for as long as the service runs. */
@ApplicationScoped
public class VitalsStoreConsumer {

  /** The topic that blocks come from. */
  public static final String TOPIC = "telemetry.vitals.v1";

  /** All partitions of one machine, and of a share of 48 elsewhere. */
  static final int AT_ONCE = 6;

  private static final String GROUP = "telemetry-service.vitals-store";

  @Inject VitalsSink sink;
  @Inject MeterRegistry meters;
  @Inject StoreThreads threads;

  @Inject
  @Identifier("default-kafka-broker")
  Map<String, Object> kafka;

  private @Nullable DatabaseOffsetConsumer consumer;

  void start(@Observes StartupEvent started) {
    DatabaseOffsetConsumer starting =
        new DatabaseOffsetConsumer(
            TOPIC, () -> StoreConsumers.createGathering(kafka, GROUP), sink, meters, AT_ONCE);
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
