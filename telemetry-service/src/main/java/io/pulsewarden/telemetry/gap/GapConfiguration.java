package io.pulsewarden.telemetry.gap;

import io.pulsewarden.telemetry.devicefeed.DeviceDirectory;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Puts the package together. */
@ApplicationScoped
class GapConfiguration {

  @Produces
  @Singleton
  GapReports reports(
      Pool pool,
      DeviceDirectory devices,
      Clock clock,
      @ConfigProperty(name = "pulsewarden.gaps.told-after", defaultValue = "30s") Duration grace) {
    return new GapReports(new GapStore(pool), devices, clock, grace);
  }
}
