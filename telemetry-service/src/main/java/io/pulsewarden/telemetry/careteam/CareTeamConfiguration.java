package io.pulsewarden.telemetry.careteam;

import io.pulsewarden.telemetry.access.AccessRules;
import io.pulsewarden.telemetry.keys.Sealing;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Puts care teams, and the walls that stand on them, together. */
@ApplicationScoped
class CareTeamConfiguration {

  @Produces
  @Singleton
  AccessRules rules(Pool pool) {
    return new AccessRules(new CareTeamWallStore(pool));
  }

  @Produces
  @Singleton
  CareTeamName names(Sealing sealing) {
    return new CareTeamName(sealing);
  }
}
