package io.pulsewarden.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pulsewarden.auditclient.AuditTrail;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(TelemetryServers.class)
class ServiceBootIT {

  @Inject AuditTrail auditTrail;

  @Test
  void shouldBootOnRealServersAndReachTheAuditTopic() {
    await().untilAsserted(() -> assertThat(auditTrail.healthy()).isTrue());
  }
}
