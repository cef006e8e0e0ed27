package io.pulsewarden.telemetry.wiring;

import io.pulsewarden.auditclient.AuditEvents;
import io.pulsewarden.auditclient.AuditTrail;
import io.pulsewarden.auditclient.HeadSigner;
import io.pulsewarden.auditclient.KafkaAuditTrail;
import io.pulsewarden.auditclient.ProducerIdentity;
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

/** The process's own audit chain, and who signs the heads of all chains of this service. */
@ApplicationScoped
class AuditTrailConfiguration {

  @Produces
  @Singleton
  ProducerIdentity identity(
      @ConfigProperty(name = "quarkus.application.name") String service,
      @ConfigProperty(name = "pulsewarden.tls.dir") Path tls) {
    return new ProducerIdentity(
        service, HeadSigner.fromPem(tls.resolve("service.crt"), tls.resolve("service.key")));
  }

  @Produces
  @ApplicationScoped
  AuditTrail auditTrail(
      ProducerIdentity identity,
      @Identifier("default-kafka-broker") Map<String, Object> kafka,
      Clock clock) {
    return KafkaAuditTrail.open(identity, kafka, clock);
  }

  /** The chain's last head is signed here; after a crash its heartbeats show where it broke off. */
  void close(@Disposes AuditTrail auditTrail) {
    if (auditTrail instanceof KafkaAuditTrail open) {
      open.close();
    }
  }

  @Produces
  @Singleton
  AuditEvents auditEvents(Clock clock) {
    return new AuditEvents(clock, new SecureRandom());
  }
}
