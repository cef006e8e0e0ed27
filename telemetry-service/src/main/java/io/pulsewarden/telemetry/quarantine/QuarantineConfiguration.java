package io.pulsewarden.telemetry.quarantine;

import io.pulsewarden.telemetry.devicefeed.DeviceDirectory;
import io.pulsewarden.telemetry.keys.Sealing;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Puts the quarantine's part together. */
@ApplicationScoped
class QuarantineConfiguration {

  @Produces
  @Singleton
  QuarantineStore store(Pool pool, DeviceDirectory devices) {
    return new QuarantineStore(pool, devices::hasClock);
  }

  @Produces
  @Singleton
  DecisionStore decisions(Pool pool) {
    return new DecisionStore(pool);
  }

  @Produces
  @Singleton
  RefusalCounts refusals(QuarantineStore store) {
    return new RefusalCounts(store);
  }

  @Produces
  @Singleton
  QuarantineReader reader(Sealing sealing) {
    return new QuarantineReader(sealing);
  }
}
