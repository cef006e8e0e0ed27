package io.pulsewarden.telemetry.erasure;

import io.pulsewarden.auditclient.AuditEvents;
import io.pulsewarden.mtls.SpiffeId;
import io.pulsewarden.telemetry.devicefeed.Assignment;
import io.pulsewarden.telemetry.devicefeed.Device;
import io.pulsewarden.telemetry.devicefeed.DeviceDirectory;
import io.pulsewarden.telemetry.devicefeed.FeedFreshness;
import io.pulsewarden.telemetry.store.ConsumerOffsetStore;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Puts the package together. */
@ApplicationScoped
class ErasureConfiguration {

  @Produces
  @Singleton
  PurgeStore purges(
      Pool pool,
      AuditEvents events,
      @ConfigProperty(name = "pulsewarden.trust-domain") String trustDomain,
      @ConfigProperty(name = "quarkus.application.name") String service) {
    return new PurgeStore(
        pool, events, AuditEvents.service(new SpiffeId(trustDomain, service).toString()));
  }

  @Produces
  @Singleton
  ErasedKeysSink sink(
      ConsumerOffsetStore offsets,
      PurgeStore purges,
      DeviceDirectory directory,
      FeedFreshness freshness) {
    return new ErasedKeysSink(
        offsets,
        purges,
        new Wearings() {
          @Override
          public boolean known() {
            return freshness.admitsSessions();
          }

          @Override
          public List<Assignment> of(UUID device) {
            return directory.find(device).map(Device::assignments).orElse(List.of());
          }
        });
  }
}
