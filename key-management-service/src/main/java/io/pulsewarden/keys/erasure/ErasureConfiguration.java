package io.pulsewarden.keys.erasure;

import io.pulsewarden.auditclient.AuditEvents;
import io.pulsewarden.auditclient.HeadSigner;
import io.pulsewarden.mtls.SpiffeId;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Puts the package together. */
class ErasureConfiguration {

  /** Of erasures. */
  @ConfigMapping(prefix = "pulsewarden.erasure")
  interface Settings {

    /** Between confirmation and destruction, to call it off. */
    @WithDefault("PT72H")
    Duration delay();

    /** How often it is looked what is due. */
    @WithDefault("PT1S")
    Duration interval();

    /** How far the clocks of those who hold keys may be behind: fences stand so much later. */
    @WithDefault("PT1M")
    Duration clockSkew();

    /** The service that keeps something of patients in clear, and says when it is deleted. */
    @WithDefault("telemetry-service")
    String purger();
  }

  @Produces
  @Singleton
  ErasureRecords erasureRecords(
      AuditEvents events,
      @ConfigProperty(name = "pulsewarden.trust-domain") String trustDomain,
      @ConfigProperty(name = "quarkus.application.name") String service) {
    return new ErasureRecords(events, new SpiffeId(trustDomain, service));
  }

  @Produces
  @Singleton
  ErasureRules erasureRules(Settings settings) {
    return new ErasureRules(settings.delay());
  }

  @Produces
  @Singleton
  Receipts receipts(
      @ConfigProperty(name = "pulsewarden.trust-domain") String trustDomain,
      @ConfigProperty(name = "quarkus.application.name") String service) {
    return new Receipts(new SpiffeId(trustDomain, service).toString());
  }

  @Produces
  @Singleton
  ReceiptSigner receiptSigner(@ConfigProperty(name = "pulsewarden.tls.dir") Path tls) {
    return new ReceiptSigner(
        HeadSigner.fromPem(tls.resolve("service.crt"), tls.resolve("service.key")));
  }
}
