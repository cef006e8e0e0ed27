package io.pulsewarden.telemetry;

import io.pulsewarden.platform.ServiceTestBed;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.awaitility.Awaitility;

/** Real Kafka and PostgreSQL for all Quarkus tests of this module, which share one boot. */
public final class TelemetryServers implements QuarkusTestResourceLifecycleManager {

  private static final ServiceTestBed BED = ServiceTestBed.start("telemetry-service");

  static {
    // What is done in the background takes its time on a busy machine.
    Awaitility.setDefaultTimeout(Duration.ofMinutes(3));
  }

  /** The servers, for tests that look into them. */
  public static ServiceTestBed bed() {
    return BED;
  }

  @Override
  public Map<String, String> start() {
    Map<String, String> config = new HashMap<>(BED.quarkusConfig());
    config.put(
        "quarkus.oidc.public-key",
        Base64.getEncoder().encodeToString(TestTokens.publicKey().getEncoded()));
    // Nobody listens on port 1: a tenant whose identity provider is away.
    config.put("quarkus.oidc.away.auth-server-url", "https://127.0.0.1:1/realms/away");
    config.put(
        "quarkus.oidc.away.tenant-paths",
        IdentityProviderAwayIT.PLAIN + "," + IdentityProviderAwayIT.FHIR);
    config.put("pulsewarden.mqtt.host", "127.0.0.1");
    config.put("pulsewarden.mqtt.port", "0");
    // A broker that a test stops may take longer to come back on a busy machine.
    config.put(
        "pulsewarden.intake.delivery-timeout",
        System.getProperty("pulsewarden.test.delivery-timeout", "300s"));
    // Long enough for a busy machine, and short enough to wait for.
    config.put("pulsewarden.device-feed.no-new-sessions-after", "10s");
    config.put("pulsewarden.gaps.told-after", "0s");
    // A connection that comes in the moment of a reload is closed: tests reload by hand.
    config.put("quarkus.tls.edge.reload-period", "1h");
    // So low that a test can go beyond them: at most a thousand messages at once, of 2.5 MiB, and
    // so many inputs in quarantine.
    config.put("pulsewarden.mqtt.traffic.device-messages-per-second", "100");
    config.put("pulsewarden.mqtt.traffic.device-bytes-per-second", "262144");
    config.put("pulsewarden.quarantine.held.device-inputs", "300");
    config.put("pulsewarden.quarantine.held.looked-each", "1s");
    // A test may connect without a pause.
    config.put("pulsewarden.mqtt.traffic.device-connects-per-second", "1000");
    // The log is as far as it can be until a test says otherwise.
    AuditTopic.logReached(Long.MAX_VALUE);
    config.put("pulsewarden.audit.max-lag", "1");
    config.put("pulsewarden.audit.lag-look", "100ms");
    config.putAll(SiteCertificates.quarkusConfig());
    return config;
  }

  @Override
  public void stop() {
    // The servers end with the JVM.
  }
}
