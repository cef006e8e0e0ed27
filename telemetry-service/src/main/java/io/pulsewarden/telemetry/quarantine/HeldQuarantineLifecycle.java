package io.pulsewarden.telemetry.quarantine;

import io.micrometer.core.instrument.MeterRegistry;
import io.pulsewarden.telemetry.intake.QuarantineSpace;
import io.pulsewarden.telemetry.quarantine.HeldQuarantineStore.Full;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Collections;
import java.util.Set;
import java.util.UUID;

/**
 * Knows who has as much in quarantine as may be there, as of the last look that went well. What
 * comes between two looks is bounded by the rates of what may go to quarantine; and while nobody
 * can look, as what Kafka takes is not stored, by the same limits, of what this instance let
 * through. Thread-safe.
 */
@Singleton
class HeldQuarantineLifecycle implements QuarantineSpace {

  private static final System.Logger LOG =
      System.getLogger(HeldQuarantineLifecycle.class.getName());

  private final Vertx vertx;
  private final HeldQuarantineStore store;
  private final HeldQuarantineConfiguration limits;
  private volatile Full full = Full.NONE;
  private volatile CameSince since = new CameSince();
  private volatile long timer;

  HeldQuarantineLifecycle(
      Vertx vertx,
      HeldQuarantineStore store,
      HeldQuarantineConfiguration limits,
      MeterRegistry metrics) {
    this.vertx = vertx;
    this.store = store;
    this.limits = limits;
    metrics.gauge("pulsewarden.quarantine.full", this, held -> held.full.devices().size());
  }

  void start(@Observes StartupEvent started) {
    timer =
        vertx.setPeriodic(
            limits.lookedEach().toMillis(),
            _ ->
                look()
                    .subscribe()
                    .with(
                        _ -> {},
                        failure ->
                            // What is known stays so.
                            LOG.log(
                                System.Logger.Level.DEBUG,
                                "what stands in quarantine can't be counted: error={0}",
                                failure.getClass().getName())));
  }

  void stop(@Observes ShutdownEvent stopping) {
    vertx.cancelTimer(timer);
  }

  Uni<Void> look() {
    return store
        .full(limits)
        .invoke(
            found -> {
              if (!found.equals(full) && !found.equals(Full.NONE)) {
                LOG.log(
                    System.Logger.Level.WARNING,
                    "quarantine is full, somebody has to decide: devices={0} organisations={1}",
                    found.devices().size(),
                    found.organisations().size());
              }
              full = found;
              since = new CameSince();
            })
        .replaceWithVoid();
  }

  @Override
  public boolean hasRoom(UUID organisation, Set<UUID> devices) {
    Full now = full;
    return !now.organisations().contains(organisation)
        && Collections.disjoint(now.devices(), devices)
        && !since.isFull(limits, organisation, devices);
  }

  @Override
  public void came(UUID organisation, Set<UUID> devices, int inputs, long bytes) {
    since.add(organisation, devices, inputs, bytes);
  }
}
