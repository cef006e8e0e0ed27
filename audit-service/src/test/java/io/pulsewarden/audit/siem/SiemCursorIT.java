package io.pulsewarden.audit.siem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pulsewarden.audit.AuditClient;
import io.pulsewarden.audit.AuditScene;
import io.pulsewarden.audit.AuditServers;
import io.pulsewarden.auditclient.KafkaAuditTrail;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;
import org.junit.jupiter.api.Test;

/** Streams of the real log, with cursors in the real database. */
@QuarkusTest
@QuarkusTestResource(AuditServers.class)
class SiemCursorIT {

  @Inject SiemCursorStore store;
  @Inject SiemLifecycle lifecycle;

  @Inject @Readiness SiemHealth health;

  private final AuditScene scene = new AuditScene();

  @Test
  void shouldMoveACursorFromWhereItStandsAlone() throws Exception {
    String destination = "it-" + UUID.randomUUID();
    store.begin(destination, SiemConfiguration.Start.BEGINNING);

    assertThat(store.advance(destination, 0, 5)).isTrue();
    assertThat(store.advance(destination, 0, 7)).isFalse();
    store.begin(destination, SiemConfiguration.Start.BEGINNING);
    assertThat(store.cursor(destination)).isEqualTo(5);

    // And one instance at a time streams to it
    try (AutoCloseable held = store.lease(destination)) {
      assertThat(held).isNotNull();
      assertThat(store.lease(destination)).isNull();
    }
    try (AutoCloseable next = store.lease(destination)) {
      assertThat(next).isNotNull();
    }
  }

  @Test
  void shouldStreamWhatIsPublishedToTwoStreamsOfOneDestination() throws Exception {
    // Given two instances that both believe that they lead
    String destination = "siem";
    store.begin(destination, SiemConfiguration.Start.NOW);
    long first = store.cursor(destination);
    List<OcsfEvent> received = new CopyOnWriteArrayList<>();
    try (StreamBed one = new StreamBed(store, () -> recording(received));
        StreamBed other = new StreamBed(store, () -> recording(received));
        KafkaAuditTrail trail = AuditClient.trail("key-management-service")) {
      // When
      for (int i = 0; i < 50; i++) {
        AuditScene.record(trail, scene.read(scene.organisation, scene.patient));
      }
      await().atMost(AuditScene.SOON).until(() -> reads(received).distinct().count() == 50);
      await().atMost(AuditScene.SOON).until(() -> store.cursor(destination) >= first + 50);

      // Then each is there, whoever sent it, and what came twice is equal
      assertThat(reads(received).map(OcsfEvent::index).distinct()).hasSize(50);
      assertThat(one.stream.destination()).isEqualTo(other.stream.destination());
    }
  }

  @Test
  void shouldNameWhatCannotBeADestinationAndStayReadyWithoutOne() {
    for (String url : List.of("http://siem/", "udp://siem:514", "https://a:b@siem/", "https:///")) {
      org.assertj.core.api.Assertions.assertThatThrownBy(
              () -> lifecycle.stream("bad", destination(URI.create(url), Optional.empty())))
          .isInstanceOf(IllegalArgumentException.class);
    }
    org.assertj.core.api.Assertions.assertThatThrownBy(
            () ->
                lifecycle.stream(
                    "half",
                    destination(URI.create("https://siem/"), Optional.of(Path.of("a.crt")))))
        .hasMessageContaining("go together");
    assertThat(
            lifecycle.stream(
                "good", destination(URI.create("syslog+tls://siem"), Optional.empty())))
        .isNotNull();
    assertThat(health.call().getStatus()).isEqualTo(HealthCheckResponse.Status.UP);
  }

  private java.util.stream.Stream<OcsfEvent> reads(List<OcsfEvent> received) {
    return received.stream().filter(event -> event.json().contains(scene.patient.toString()));
  }

  private static Receiver recording(List<OcsfEvent> received) {
    return new Receiver() {
      @Override
      public void send(List<OcsfEvent> events) {
        received.addAll(events);
      }

      @Override
      public void confirm() {}

      @Override
      public Duration confirmAfter() {
        return Duration.ZERO;
      }

      @Override
      public void close() {}
    };
  }

  private static SiemConfiguration.Destination destination(URI url, Optional<Path> certificate) {
    return new SiemConfiguration.Destination() {
      @Override
      public URI url() {
        return url;
      }

      @Override
      public Optional<Path> ca() {
        return Optional.empty();
      }

      @Override
      public Optional<Path> certificate() {
        return certificate;
      }

      @Override
      public Optional<Path> key() {
        return Optional.empty();
      }

      @Override
      public Optional<Path> tokenFile() {
        return Optional.empty();
      }

      @Override
      public SiemConfiguration.Start start() {
        return SiemConfiguration.Start.BEGINNING;
      }

      @Override
      public Duration timeout() {
        return Duration.ofSeconds(30);
      }

      @Override
      public Duration confirmAfter() {
        return Duration.ofSeconds(5);
      }

      @Override
      public Duration settle() {
        return Duration.ofSeconds(1);
      }
    };
  }
}
