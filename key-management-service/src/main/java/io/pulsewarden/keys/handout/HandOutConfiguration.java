package io.pulsewarden.keys.handout;

import io.pulsewarden.auditclient.AuditEvents;
import io.pulsewarden.keys.subject.SubjectKeys;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Puts the package together. */
class HandOutConfiguration {

  /** Who gets what, for how long. */
  @ConfigMapping(prefix = "pulsewarden.base-keys")
  interface Settings {

    /** Purposes by the service's name in its SPIFFE id; what is not here is denied. */
    Map<String, List<String>> grants();

    /** When a holder must have forgotten a key. */
    @WithDefault("PT1H")
    Duration lifetime();
  }

  @Produces
  @Singleton
  HandOut handOut(
      SubjectKeys keys,
      Settings settings,
      HandOutLedgerStore ledger,
      AuditEvents events,
      Clock clock,
      @ConfigProperty(name = "pulsewarden.trust-domain") String trustDomain) {
    return new HandOut(
        keys,
        new PurposeGrants(trustDomain, settings.grants()),
        new HandOutRecords(events),
        ledger,
        settings.lifetime(),
        clock);
  }
}
