package io.pulsewarden.telemetry.wiring;

import io.micrometer.core.instrument.MeterRegistry;
import io.pulsewarden.auditclient.AuditEvents;
import io.pulsewarden.auditclient.AuditTrail;
import io.pulsewarden.auditclient.HeadSigner;
import io.pulsewarden.auditclient.KafkaAuditTrail;
import io.pulsewarden.auditclient.LogLag;
import io.pulsewarden.auditclient.ProducerIdentity;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
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

  /** Over the limit, nothing is shown and nothing is taken in: ADR 95. */
  @Produces
  @Singleton
  LogLag logLag(
      @Identifier("default-kafka-broker") Map<String, Object> kafka,
      @ConfigProperty(name = "pulsewarden.audit.max-lag", defaultValue = "10000000") long maxLag,
      @ConfigProperty(name = "pulsewarden.audit.lag-look", defaultValue = "10s") Duration look,
      MeterRegistry metrics) {
    LogLag lag = LogLag.watch(kafka, maxLag, look);
    metrics.gauge("pulsewarden.audit.lag", lag, LogLag::records);
    return lag;
  }

  void stop(@Disposes LogLag lag) {
    lag.close();
  }

  @Produces
  @Singleton
  AuditEvents auditEvents(Clock clock) {
    return new AuditEvents(clock, new SecureRandom());
  }
}
