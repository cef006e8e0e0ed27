package io.pulsewarden.audit.trail;

import io.pulsewarden.auditclient.AuditEvents;
import io.pulsewarden.auditclient.AuditTrail;
import io.pulsewarden.auditclient.HeadSigner;
import io.pulsewarden.auditclient.KafkaAuditTrail;
import io.pulsewarden.auditclient.ProducerIdentity;
import io.pulsewarden.mtls.SpiffeId;
import io.quarkus.runtime.Startup;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** This service's own chain in the log that it keeps, and the clock of all. */
@ApplicationScoped
class AuditTrailConfiguration {

  @Produces
  @Singleton
  Clock clock() {
    return Clock.systemUTC();
  }

  @Produces
  @Singleton
  AuditEvents events(Clock clock) {
    return new AuditEvents(clock, new SecureRandom());
  }

  @Produces
  @Singleton
  @Startup
  AuditTrail trail(
      @Identifier("default-kafka-broker") Map<String, Object> kafka,
      @ConfigProperty(name = "pulsewarden.tls.dir") Path tls,
      Clock clock) {
    HeadSigner heads = HeadSigner.fromPem(tls.resolve("service.crt"), tls.resolve("service.key"));
    return KafkaAuditTrail.open(new ProducerIdentity("audit-service", heads), kafka, clock);
  }

  @Produces
  @Singleton
  OwnEvents ownEvents(
      AuditEvents events,
      Disclosure disclosure,
      @ConfigProperty(name = "pulsewarden.trust-domain") String trustDomain) {
    return new OwnEvents(events, disclosure, new SpiffeId(trustDomain, "audit-service"));
  }

  void close(@Disposes AuditTrail trail) {
    if (trail instanceof KafkaAuditTrail open) {
      open.close();
    }
  }
}
