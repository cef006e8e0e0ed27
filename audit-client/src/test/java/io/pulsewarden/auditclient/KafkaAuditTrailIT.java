package io.pulsewarden.auditclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.platform.ServiceTestBed;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class KafkaAuditTrailIT {

  private static final AuditEvent EVENT = AuditEvent.newBuilder().setEventId("e").build();

  @Test
  void shouldFailSoonWhileKafkaIsAwayAndRecoverByItself() throws Exception {
    // Given
    ServiceTestBed bed = ServiceTestBed.start("telemetry-service");
    Path tls = bed.serviceTls("telemetry-service");
    ProducerIdentity identity =
        new ProducerIdentity(
            "telemetry-service",
            HeadSigner.fromPem(tls.resolve("service.crt"), tls.resolve("service.key")));
    try (KafkaAuditTrail trail =
        KafkaAuditTrail.open(
            identity, bed.kafkaProperties("telemetry-service"), Clock.systemUTC())) {
      assertThat(trail.record(EVENT).toCompletableFuture()).succeedsWithin(Duration.ofSeconds(20));

      // When
      bed.kafka().kill();

      // Then whoever waits is told within the time that a request may take
      for (int i = 0; i < 2; i++) {
        assertThat(trail.record(EVENT).toCompletableFuture()).failsWithin(Duration.ofSeconds(7));
      }
      assertThat(trail.healthy()).isFalse();

      // And once Kafka is back, all is well again
      bed.kafka().restart();
      await().atMost(Duration.ofSeconds(40)).until(() -> recorded(trail));
      assertThat(trail.healthy()).isTrue();
    }
  }

  private static boolean recorded(KafkaAuditTrail trail) {
    return trail
        .record(EVENT)
        .toCompletableFuture()
        .handle((done, failure) -> failure == null)
        .join();
  }
}
