package io.pulsewarden.telemetry.retention;

import io.pulsewarden.auditclient.AuditEvents;
import io.pulsewarden.mtls.SpiffeId;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.OptionalInt;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Puts the package together. */
@ApplicationScoped
class RetentionConfiguration {

  /** How long readings are kept. */
  @ConfigMapping(prefix = "pulsewarden.retention")
  interface Settings {

    /** Months for which readings are kept; absent: for ever. */
    OptionalInt vitalMonths();

    /** How often it is looked for what is due. */
    @WithDefault("PT1H")
    Duration interval();
  }

  @Produces
  @Singleton
  MonthStore months(Pool pool) {
    return new MonthStore(pool);
  }

  @Produces
  @Singleton
  Retention retention(
      MonthStore months,
      AuditEvents events,
      Clock clock,
      Settings settings,
      @ConfigProperty(name = "pulsewarden.trust-domain") String trustDomain,
      @ConfigProperty(name = "quarkus.application.name") String service) {
    return new Retention(
        months,
        events,
        AuditEvents.service(new SpiffeId(trustDomain, service).toString()),
        clock,
        settings.vitalMonths());
  }
}
