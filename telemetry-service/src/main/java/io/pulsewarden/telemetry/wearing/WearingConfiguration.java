package io.pulsewarden.telemetry.wearing;

import io.pulsewarden.auditclient.AuditEvents;
import io.pulsewarden.mtls.SpiffeId;
import io.pulsewarden.telemetry.compaction.Expansion;
import io.pulsewarden.telemetry.devicefeed.DeviceDirectory;
import io.pulsewarden.telemetry.devicefeed.FeedFreshness;
import io.pulsewarden.telemetry.keys.Sealing;
import io.pulsewarden.telemetry.store.VitalBlockStore;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Puts the package together. */
@ApplicationScoped
class WearingConfiguration {

  @Produces
  @Singleton
  WearingStore store(Pool pool) {
    return new WearingStore(pool);
  }

  @Produces
  @Singleton
  Reconciler reconciler(
      Pool pool,
      VitalBlockStore blocks,
      Sealing sealing,
      Expansion expansion,
      AuditEvents events,
      Clock clock,
      @ConfigProperty(name = "pulsewarden.trust-domain") String trustDomain,
      @ConfigProperty(name = "quarkus.application.name") String service) {
    return new Reconciler(
        blocks,
        new MoveStore(pool),
        sealing,
        expansion,
        new MoveEvent(events, AuditEvents.service(new SpiffeId(trustDomain, service).toString())),
        clock);
  }

  @Produces
  @Singleton
  WearingWatch watch(
      WearingStore store,
      Reconciler reconciler,
      DeviceDirectory directory,
      FeedFreshness freshness) {
    return new WearingWatch(store, reconciler, directory, freshness);
  }
}
