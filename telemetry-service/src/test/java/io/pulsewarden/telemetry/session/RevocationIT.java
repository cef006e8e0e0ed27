package io.pulsewarden.telemetry.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pulsewarden.auditclient.AuditEvents;
import io.pulsewarden.auditclient.AuditTrail;
import io.pulsewarden.contracts.deviceregistry.v1.LifecycleState;
import io.pulsewarden.contracts.deviceregistry.v1.WithheldReason;
import io.pulsewarden.contracts.telemetry.v1.QuarantinedInput;
import io.pulsewarden.platform.certificates.IssuedCertificate;
import io.pulsewarden.telemetry.TelemetryServers;
import io.pulsewarden.telemetry.devicefeed.Device;
import io.pulsewarden.telemetry.devicefeed.DeviceDirectory;
import io.pulsewarden.telemetry.devicefeed.FeedFreshness;
import io.pulsewarden.telemetry.devicefeed.TestDevices;
import io.pulsewarden.telemetry.intake.VitalsIntake;
import io.pulsewarden.telemetry.keys.InMemoryBaseKeys;
import io.pulsewarden.telemetry.keys.Sealing;
import io.pulsewarden.telemetry.presence.DeviceSessionStore;
import io.pulsewarden.telemetry.presence.TestPresence;
import io.pulsewarden.telemetry.session.MqttBed.Wearable;
import io.pulsewarden.telemetry.session.RawMqtt.Packet;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the registry's word does to sessions, on real Kafka, with real clients. */
@QuarkusTest
@QuarkusTestResource(TelemetryServers.class)
class RevocationIT {

  private static final int REFUSED = 0x87;
  private static final int SUSPENDED = 0x98;
  private static final int BANNED = 0x8A;
  private static final int UNAVAILABLE = 0x88;
  private static final int BUSY = 0x89;

  @TestHTTPResource(value = "/", management = true, tls = true)
  URI management;

  private static MqttBed bed;

  @Inject MqttServerLifecycle server;
  @Inject MqttConfiguration limits;
  @Inject DeviceDirectory directory;
  @Inject FeedFreshness freshness;
  @Inject InMemoryBaseKeys keys;
  @Inject Sealing sealing;
  @Inject VitalsIntake intake;
  @Inject Vertx vertx;
  @Inject TlsConfigurationRegistry tls;
  @Inject DeviceSessionStore rows;
  @Inject AuditTrail audit;
  @Inject AuditEvents events;

  private Wearable device;

  @BeforeAll
  static void startRegistry() {
    bed = new MqttBed();
  }

  @AfterAll
  static void stopRegistry() {
    bed.close();
  }

  @BeforeEach
  void newDevice() {
    device = known(bed.wearable());
  }

  @Test
  void shouldTellAPahoClientThatItsDeviceIsInQuarantineAndLetItBackInAfterwards() throws Exception {
    CompletableFuture<Integer> told = new CompletableFuture<>();
    MqttAsyncClient paho =
        new MqttAsyncClient(
            "ssl://localhost:" + server.port(), device.id().toString(), new MemoryPersistence());
    paho.setCallback(new DisconnectListener(told::complete));
    MqttConnectionOptions options = new MqttConnectionOptions();
    options.setSocketFactory(bed.tls(device.certificate()).getSocketFactory());
    paho.connect(options).waitForCompletion(60_000);

    withhold(WithheldReason.WITHHELD_REASON_SUSPENDED);

    assertThat(told.get(60, TimeUnit.SECONDS)).isEqualTo(SUSPENDED);
    assertThat(connack(device)).isEqualTo(BANNED);

    move(LifecycleState.LIFECYCLE_STATE_ACTIVE);
    await().until(() -> directory.find(device.id()).orElseThrow().lifecycle().mayOpenSession());
    paho.connect(options).waitForCompletion(60_000);
    assertThat(paho.isConnected()).isTrue();
    paho.disconnect().waitForCompletion(60_000);
    paho.close();
  }

  @Test
  void shouldTellADeviceThatItsRevokedCertificateWillNotComeBack() throws IOException {
    try (RawMqtt mqtt = connected(device, server.port())) {
      withhold(WithheldReason.WITHHELD_REASON_REVOKED);

      assertThat(mqtt.read().orElseThrow().reason(0)).isEqualTo(REFUSED);
      assertThat(mqtt.read()).isEmpty();
    }
    assertThat(connack(device)).isEqualTo(REFUSED);
    try (RawMqtt old = bed.raw(device, server.port(), 4)) {
      assertThat(old.connect(device.id().toString(), 60).reason(1)).isEqualTo(5);
    }
  }

  @Test
  void shouldNotAcknowledgeWhatWasInFlightWhenTheDeviceWasRevoked() throws IOException {
    try (RawMqtt mqtt = connected(device, server.port())) {
      keys.unavailable(true);
      mqtt.publish(1, 1, Topics.vitals(device.id()), "hello".getBytes(UTF_8));
      mqtt.ping();
      assertThat(mqtt.read().orElseThrow().type()).isEqualTo(RawMqtt.PINGRESP);

      withhold(WithheldReason.WITHHELD_REASON_REVOKED);
      Packet next = mqtt.read().orElseThrow();
      keys.unavailable(false);

      assertThat(next.type()).isEqualTo(RawMqtt.DISCONNECT);
      assertThat(next.reason(0)).isEqualTo(REFUSED);
      assertThat(mqtt.read()).isEmpty();
    } finally {
      keys.unavailable(false);
    }
  }

  @Test
  void shouldCloseTheSessionsOfARetiredIssuerAlone() throws IOException {
    TestDeviceCa retiring = new TestDeviceCa("retiring " + UUID.randomUUID());
    bed.registry.trust(retiring.certificate());
    UUID id = UUID.randomUUID();
    IssuedCertificate certificate = retiring.issue(id);
    Wearable its = known(bed.activate(id, certificate));
    await().until(() -> directory.trusts(retiring.certificate()));

    try (RawMqtt old = connected(its, server.port());
        RawMqtt other = connected(device, server.port())) {
      bed.registry.retire(retiring.certificate());

      assertThat(old.read().orElseThrow().reason(0)).isEqualTo(REFUSED);
      assertServed(other);
    }
  }

  @Test
  void shouldCloseTheSessionOfACertificateThatIsNoLongerTheDevices() throws IOException {
    try (RawMqtt mqtt = connected(device, server.port())) {
      bed.registry.move(
          device.id(),
          MqttBed.ORGANISATION,
          LifecycleState.LIFECYCLE_STATE_ACTIVE,
          bed.ca.issue(device.id()).leaf());

      assertThat(mqtt.read().orElseThrow().reason(0)).isEqualTo(REFUSED);
    }
    assertThat(connack(device)).isEqualTo(REFUSED);
  }

  @Test
  void shouldCutSessionsAtEveryInstance() throws IOException {
    Wearable elsewhere = known(bed.wearable());
    try (SecondInstance second =
        new SecondInstance(
            bed.servers,
            vertx,
            tls,
            limits,
            intake,
            TestPresence.ofAnotherInstance(rows, bed.servers.kafkaProperties("telemetry-service")),
            audit,
            events)) {
      await().until(() -> second.knows(device.id()) && second.knows(elsewhere.id()));
      assertThat(second.port()).isNotEqualTo(server.port());

      try (RawMqtt here = connected(device, server.port());
          RawMqtt there = connected(elsewhere, second.port())) {
        bed.registry.revoke(device.id(), MqttBed.ORGANISATION);
        bed.registry.revoke(elsewhere.id(), MqttBed.ORGANISATION);

        assertThat(here.read().orElseThrow().reason(0)).isEqualTo(REFUSED);
        assertThat(there.read().orElseThrow().reason(0)).isEqualTo(REFUSED);
      }
    }
  }

  @Test
  void shouldAdmitNobodyAndDisturbNobodyWhileTheRegistryIsSilent() throws IOException {
    Wearable late = known(bed.wearable());
    try (RawMqtt standing = connected(device, server.port())) {
      bed.registry.silence(true);
      await().until(() -> !freshness.admitsSessions());

      assertThat(connack(late)).isEqualTo(UNAVAILABLE);
      assertThat(health("ready")).startsWith("503 ").contains("device feed");
      assertThat(health("group/traffic"))
          .as("people are served, and so are standing sessions")
          .startsWith("200 ")
          .contains("traffic")
          .doesNotContain("device feed");
      assertServed(standing);
      standing.publish(1, 1, Topics.vitals(device.id()), "hello".getBytes(UTF_8));
      assertThat(standing.read().orElseThrow().type()).isEqualTo(RawMqtt.PUBACK);

      bed.registry.silence(false);
      await().until(freshness::admitsSessions);
      assertThat(connack(late)).isZero();
      assertThat(health("ready")).startsWith("200 ").contains("device feed");
      assertServed(standing);
    } finally {
      bed.registry.silence(false);
    }
  }

  @Test
  void shouldCloseItsSessionsWhenTheFeedIsAQuarterOfAnHourOld() throws IOException {
    Wearable elsewhere = known(bed.wearable());
    SettableClock clock = new SettableClock(Instant.now());
    try (SecondInstance second =
        new SecondInstance(
            bed.servers,
            vertx,
            tls,
            limits,
            intake,
            TestPresence.ofAnotherInstance(rows, bed.servers.kafkaProperties("telemetry-service")),
            audit,
            events,
            TestDevices.freshness(clock))) {
      await().until(() -> second.knows(device.id()) && second.knows(elsewhere.id()));

      try (RawMqtt here = connected(device, server.port());
          RawMqtt there = connected(elsewhere, second.port())) {
        clock.forward(Duration.ofMinutes(5));
        try (RawMqtt late = bed.raw(device, second.port(), 5)) {
          assertThat(late.connect(device.id().toString(), 60).reason(1)).isEqualTo(UNAVAILABLE);
        }
        assertServed(there);

        clock.forward(Duration.ofMinutes(15));

        assertThat(there.read().orElseThrow().reason(0)).isEqualTo(BUSY);
        assertServed(here);
      }
    }
  }

  @Test
  void shouldLetAGatewaySpeakForItsDevicesUntilThatIsWithdrawn() throws IOException {
    UUID gateway = UUID.randomUUID();
    IssuedCertificate certificate = bed.ca.issue(gateway);
    authorise(gateway, certificate, Set.of(device.id()));
    Wearable speaking = new Wearable(gateway, UUID.randomUUID(), certificate);

    try (RawMqtt mqtt = connected(speaking, server.port())) {
      mqtt.publish(1, 1, Topics.vitals(gateway), heart(device.id()));
      assertThat(mqtt.read().orElseThrow().reason(2)).isZero();
      assertThat(bed.vitals(device, sealing)).hasSize(1);

      authorise(gateway, certificate, Set.of());
      mqtt.publish(1, 2, Topics.vitals(gateway), heart(device.id()));

      assertThat(mqtt.read().orElseThrow().reason(2)).isEqualTo(REFUSED);
      assertThat(bed.vitals(device, sealing)).hasSize(1);
      assertThat(bed.quarantine(gateway, sealing))
          .extracting(QuarantinedInput::getReason)
          .containsExactly("not-your-device");
    }
  }

  @Test
  void shouldNotLetAGatewaySpeakForADeviceThatIsInQuarantine() throws IOException {
    UUID gateway = UUID.randomUUID();
    IssuedCertificate certificate = bed.ca.issue(gateway);
    authorise(gateway, certificate, Set.of(device.id()));
    move(LifecycleState.LIFECYCLE_STATE_QUARANTINED);
    await().until(() -> !directory.find(device.id()).orElseThrow().lifecycle().mayBeSpokenFor());

    try (RawMqtt mqtt =
        connected(new Wearable(gateway, UUID.randomUUID(), certificate), server.port())) {
      mqtt.publish(1, 1, Topics.vitals(gateway), heart(device.id()));

      assertThat(mqtt.read().orElseThrow().reason(2)).isEqualTo(REFUSED);
    }
    assertThat(bed.vitals(device, sealing)).isEmpty();
  }

  private void authorise(UUID gateway, IssuedCertificate certificate, Set<UUID> speaksFor) {
    bed.registry.authorise(gateway, MqttBed.ORGANISATION, certificate.leaf(), speaksFor);
    await()
        .until(
            () ->
                directory
                    .find(gateway)
                    .map(Device::gatewayFor)
                    .filter(speaksFor::equals)
                    .isPresent());
  }

  private void move(LifecycleState state) {
    bed.registry.move(device.id(), MqttBed.ORGANISATION, state, device.certificate().leaf());
  }

  private void withhold(WithheldReason reason) {
    bed.registry.withhold(
        device.id(),
        MqttBed.ORGANISATION,
        LifecycleState.LIFECYCLE_STATE_QUARANTINED,
        device.certificate().leaf(),
        reason);
  }

  private static byte[] heart(UUID measuring) {
    return "[{\"bn\":\"urn:uuid:%s:\",\"n\":\"8867-4\",\"u\":\"/min\",\"v\":62,\"t\":%d}]"
        .formatted(measuring, System.currentTimeMillis() / 1_000)
        .getBytes(UTF_8);
  }

  private static void assertServed(RawMqtt mqtt) throws IOException {
    mqtt.ping();
    assertThat(mqtt.read().orElseThrow().type()).isEqualTo(RawMqtt.PINGRESP);
  }

  /** Status and body. */
  private String health(String which) {
    Response answer =
        RestAssured.given().relaxedHTTPSValidation().get(management.resolve("/q/health/" + which));
    return answer.statusCode() + " " + answer.asString();
  }

  private int connack(Wearable as) throws IOException {
    try (RawMqtt mqtt = bed.raw(as, server.port(), 5)) {
      return mqtt.connect(as.id().toString(), 60).reason(1);
    }
  }

  private static RawMqtt connected(Wearable as, int port) throws IOException {
    RawMqtt mqtt = bed.raw(as, port, 5);
    assertThat(mqtt.connect(as.id().toString(), 60).reason(1)).isZero();
    return mqtt;
  }

  private Wearable known(Wearable wearable) {
    await()
        .until(
            () ->
                server.port() != 0
                    && freshness.admitsSessions()
                    && directory.find(wearable.id()).isPresent()
                    && directory.trusts(bed.ca.certificate()));
    return wearable;
  }
}
