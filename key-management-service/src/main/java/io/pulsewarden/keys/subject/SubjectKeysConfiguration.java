package io.pulsewarden.keys.subject;

import io.pulsewarden.auditclient.AuditEvents;
import io.pulsewarden.keys.kek.KekProvider;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;

/** Puts the package together. */
class SubjectKeysConfiguration {

  private static final Duration SWEEP = Duration.ofSeconds(30);

  /** How long, and how many, subject keys stay unwrapped in memory. */
  @ConfigMapping(prefix = "pulsewarden.subject-keys")
  interface Settings {

    /** Minutes: a stolen memory image holds no more than these. */
    @WithDefault("PT5M")
    Duration lifetime();

    /** At 32 bytes and their ids. */
    @WithDefault("50000")
    int limit();
  }

  @Produces
  @Singleton
  SubjectKeys subjectKeys(
      HibernateSubjectKeyStore store, KekProvider keks, Settings settings, Clock clock) {
    return new SubjectKeys(
        store, keks, new UnwrappedKeys(clock, settings.lifetime(), settings.limit()), clock);
  }

  @Produces
  @Singleton
  CreationRecords creationRecords(AuditEvents events) {
    return new CreationRecords(events);
  }

  void sweep(@Observes StartupEvent started, Vertx vertx, SubjectKeys keys) {
    vertx.setPeriodic(SWEEP.toMillis(), _ -> keys.dropExpired());
  }

  void close(@Disposes SubjectKeys keys) {
    keys.close();
  }
}
