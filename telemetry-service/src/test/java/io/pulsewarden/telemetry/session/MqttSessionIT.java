package io.pulsewarden.telemetry.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.pulsewarden.platform.certificates.IssuedCertificate;
import io.pulsewarden.telemetry.TelemetryServers;
import io.pulsewarden.telemetry.devicefeed.DeviceDirectory;
import io.pulsewarden.telemetry.devicefeed.FeedFreshness;
import io.pulsewarden.telemetry.intake.IntakeBudget;
import io.pulsewarden.telemetry.keys.InMemoryBaseKeys;
import io.pulsewarden.telemetry.keys.Sealing;
import io.pulsewarden.telemetry.presence.Presence;
import io.pulsewarden.telemetry.presence.TestPresence;
import io.pulsewarden.telemetry.session.MqttBed.Wearable;
import io.pulsewarden.telemetry.session.RawMqtt.Packet;
import io.pulsewarden.telemetry.vitals.Reading;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(TelemetryServers.class)
class MqttSessionIT {

  private static final int NOT_AUTHORIZED = 0x87;

  private static MqttBed bed;

  @Inject MqttServerLifecycle server;
  @Inject DeviceDirectory directory;
  @Inject FeedFreshness freshness;
  @Inject InMemoryBaseKeys keys;
  @Inject MeterRegistry metrics;
  @Inject Presence presence;
  @Inject IntakeBudget budget;
  @Inject Sealing sealing;

  @BeforeAll
  static void startRegistry() {
    bed = new MqttBed();
  }

  @AfterAll
  static void stopRegistry() {
    bed.close();
  }

  @BeforeEach
  void awaitServer() {
    await().until(() -> server.port() != 0);
  }

  @Test
  void shouldTellItsLimitsInConnack() throws IOException {
    Wearable device = known(bed.wearable());

    try (RawMqtt mqtt = bed.raw(device, server.port(), 5)) {
      Packet connack = mqtt.connect(device.id().toString(), 60);

      assertThat(connack.type()).isEqualTo(RawMqtt.CONNACK);
      assertThat(connack.reason(1)).isZero();
      // Receive maximum 16, maximum QoS 1, no retain, 256 KiB (MQTT 5, section 3.2.2.3).
      assertThat(connack.body())
          .containsSubsequence(0x21, 0, 16)
          .containsSubsequence(0x24, 1)
          .containsSubsequence(0x25, 0)
          .containsSubsequence(0x27, 0, 4, 0, 0);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 5})
  void shouldRefuseAnotherClientId(int version) throws IOException {
    Wearable device = known(bed.wearable());
    double before = refused("wrong-client-id");

    try (RawMqtt mqtt = bed.raw(device, server.port(), version)) {
      Packet connack = mqtt.connect(UUID.randomUUID().toString(), 60);

      assertThat(connack.reason(1)).isEqualTo(version == 5 ? 0x85 : 0x02);
      assertThat(connack.reasonString(1)).isEqualTo(version == 5 ? "wrong-client-id" : "");
      assertThat(mqtt.read()).isEmpty();
    }
    assertThat(refused("wrong-client-id")).isEqualTo(before + 1);
  }

  @Test
  void shouldRefuseACertificateThatTheRegistryDoesNotName() throws IOException {
    Wearable device = known(bed.wearable());
    IssuedCertificate minted = bed.ca.issue(device.id());

    try (RawMqtt mqtt = new RawMqtt(bed.tls(minted), server.port(), 5)) {
      Packet connack = mqtt.connect(device.id().toString(), 60);
      assertThat(connack.reason(1)).isEqualTo(NOT_AUTHORIZED);
      // Which of its faults it is, whoever shows it is not told.
      assertThat(connack.reasonString(1)).isEqualTo("not-authorized");
    }
  }

  @Test
  void shouldRefuseADeviceThatTheRegistryNeverNamed() throws IOException {
    UUID stranger = UUID.randomUUID();
    known(bed.wearable());

    try (RawMqtt mqtt = new RawMqtt(bed.tls(bed.ca.issue(stranger)), server.port(), 5)) {
      assertThat(mqtt.connect(stranger.toString(), 60).reason(1)).isEqualTo(NOT_AUTHORIZED);
    }
  }

  @ParameterizedTest
  @CsvSource({"TLSv1.3, certificate_required", "TLSv1.2, handshake_failure"})
  void shouldRefuseInTlsWhoHasNoGoodCertificate(String protocol, String whereThereIsNone)
      throws IOException {
    Wearable device = known(bed.wearable());
    SSLContext none = DeviceTls.context(null, bed.servers.edgeCa().certificate());
    SSLContext foreign = bed.tls(new TestDeviceCa("foreign").issue(device.id()));
    SSLContext expired = bed.tls(bed.ca.issue(device.id(), Instant.now().minusSeconds(60)));
    SSLContext service =
        bed.tls(bed.servers.serviceCa().issueService("audit-service", "pulsewarden.local"));

    try (RawMqtt good = connected(device, 5)) {
      assertRefused(none, protocol, "tls-no-certificate", whereThereIsNone);
      assertRefused(foreign, protocol, "tls-foreign", "certificate_unknown");
      assertRefused(service, protocol, "tls-foreign", "certificate_unknown");
      assertRefused(expired, protocol, "tls-expired", "certificate_unknown");

      assertThat(good.pinged()).isTrue();
      try (RawMqtt beside = connected(known(bed.wearable()), 5)) {
        assertThat(beside.pinged()).isTrue();
      }
    }
  }

  /** By TLS's own word, and counted once. */
  private void assertRefused(SSLContext tls, String protocol, String reason, String alert)
      throws IOException {
    double before = refused(reason);

    assertThat(TlsProbe.refusal(tls, protocol, server.port())).hasMessageContaining(alert);

    await().untilAsserted(() -> assertThat(refused(reason)).isEqualTo(before + 1));
  }

  @Test
  void shouldCloseARevokedDevicesSessionAndRefuseItAfterwards() throws IOException {
    Wearable device = known(bed.wearable());
    Wearable neighbour = known(bed.wearable());

    try (RawMqtt mqtt = connected(device, 5);
        RawMqtt other = connected(neighbour, 5)) {
      bed.registry.revoke(device.id(), MqttBed.ORGANISATION);
      Packet disconnect = mqtt.read().orElseThrow();

      assertThat(disconnect.type()).isEqualTo(RawMqtt.DISCONNECT);
      assertThat(disconnect.reason(0)).isEqualTo(0x87);
      assertThat(mqtt.read()).isEmpty();
      other.ping();
      assertThat(other.read().orElseThrow().type()).isEqualTo(RawMqtt.PINGRESP);
    }
    try (RawMqtt again = bed.raw(device, server.port(), 5)) {
      assertThat(again.connect(device.id().toString(), 60).reason(1)).isEqualTo(NOT_AUTHORIZED);
    }
  }

  @Test
  void shouldHandASessionOverToTheNewConnection() throws IOException {
    Wearable device = known(bed.wearable());

    try (RawMqtt first = connected(device, 5);
        RawMqtt second = connected(device, 5)) {
      assertThat(first.read().orElseThrow().reason(0)).isEqualTo(0x8E);
      second.ping();
      assertThat(second.read().orElseThrow().type()).isEqualTo(RawMqtt.PINGRESP);
    }
  }

  /** Half of the times it takes its leave. */
  @Test
  void shouldKeepOneRowAndNothingElseOfADeviceThatReconnectsAThousandTimes() throws Exception {
    int times = 1_000;
    Wearable device = known(bed.wearable());
    SSLContext tls = bed.tls(device.certificate());
    long now = System.currentTimeMillis() / 1_000;
    int kept = TestPresence.kept(presence);
    double open = open();

    for (int i = 1; i <= times; i++) {
      try (RawMqtt mqtt = new RawMqtt(tls, server.port(), 5)) {
        assertThat(mqtt.connect(device.id().toString(), 60).reason(1)).isZero();
        mqtt.publish(1, i, Topics.vitals(device.id()), heart(60 + i % 100, now - i));
        assertThat(mqtt.puback()).isEqualTo(i);
        if (i % 2 == 0) {
          mqtt.disconnect();
        }
      }
    }

    // What other tests' devices left may have gone meanwhile.
    await().untilAsserted(() -> assertThat(open()).isLessThanOrEqualTo(open));
    await().untilAsserted(() -> assertThat(TestPresence.kept(presence)).isLessThanOrEqualTo(kept));
    assertThat(budget.used()).isZero();
    await().untilAsserted(() -> assertThat(ends(device)).containsExactly("device-left"));
    assertThat(
            bed.vitals(device, sealing).stream()
                .flatMap(block -> block.readings().stream())
                .map(Reading::timeMillis)
                .distinct())
        .hasSize(times);
  }

  /** How the device's sessions ended, by the database. */
  private static List<String> ends(Wearable device) throws SQLException {
    List<String> ends = new ArrayList<>();
    try (Connection database = bed.servers.superuserConnection();
        PreparedStatement rows =
            database.prepareStatement(
                "SELECT end_reason FROM device_session WHERE device_id = ?")) {
      rows.setObject(1, device.id());
      try (ResultSet row = rows.executeQuery()) {
        while (row.next()) {
          ends.add(row.getString(1));
        }
      }
    }
    return ends;
  }

  private double open() {
    return metrics.get("pulsewarden.sessions.open").gauge().value();
  }

  private static byte[] heart(int value, long seconds) {
    return "[{\"n\":\"8867-4\",\"u\":\"/min\",\"v\":%d,\"t\":%d}]"
        .formatted(value, seconds)
        .getBytes(UTF_8);
  }

  @Test
  void shouldCloseWhenTheCertificateEnds() throws IOException {
    // The certificate's time begins once feed and issuer are there.
    known(bed.wearable());
    UUID id = UUID.randomUUID();
    Wearable device = known(bed.activate(id, bed.ca.issue(id, Instant.now().plusSeconds(20))));

    try (RawMqtt mqtt = connected(device, 5)) {
      assertThat(mqtt.read().orElseThrow().reason(0)).isEqualTo(0xA0);
    }
  }

  @Test
  void shouldRefuseQos2AndRetainByTheProtocolsReasons() throws IOException {
    Wearable device = known(bed.wearable());
    String topic = Topics.vitals(device.id());

    try (RawMqtt mqtt = connected(device, 5)) {
      mqtt.publish(2, 1, topic, "[]".getBytes(UTF_8));
      Packet disconnect = mqtt.read().orElseThrow();
      assertThat(disconnect.reason(0)).isEqualTo(0x9B);
      assertThat(disconnect.reasonString(0)).isEqualTo("qos-not-supported");
    }
  }

  @Test
  void shouldRefuseAMegabyteByTheProtocolsReason() throws IOException {
    Wearable device = known(bed.wearable());
    double before = closed("packet-too-large");

    try (RawMqtt mqtt = connected(device, 5)) {
      // Nothing more: what is on its way when the server closes could push its answer out.
      mqtt.beginPublish(1, Topics.vitals(device.id()), 1 << 20);
      Packet disconnect = mqtt.read().orElseThrow();

      assertThat(disconnect.type()).isEqualTo(RawMqtt.DISCONNECT);
      assertThat(disconnect.reason(0)).isEqualTo(0x95);
      await().until(() -> closed("packet-too-large") == before + 1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 5})
  void shouldCloseOnMoreInFlightThanItTakes(int version) throws IOException {
    Wearable device = known(bed.wearable());
    int limit = version == 5 ? 16 : 64;
    double before = closed("too-many-in-flight");

    try (RawMqtt mqtt = connected(device, version)) {
      keys.unavailable(true);
      for (int id = 1; id <= limit + 1; id++) {
        mqtt.publish(1, id, Topics.vitals(device.id()), "[]".getBytes(UTF_8));
      }

      mqtt.ping();
      assertThat(mqtt.read().orElseThrow().type()).isEqualTo(RawMqtt.PINGRESP);
      keys.unavailable(false);

      // What it takes is answered, or a device that can't be told would never get on.
      for (int id = 1; id <= limit; id++) {
        assertThat(mqtt.read().orElseThrow().type()).isEqualTo(RawMqtt.PUBACK);
      }
      if (version == 5) {
        assertThat(mqtt.read().orElseThrow().reason(0)).isEqualTo(0x93);
      }
      assertThat(mqtt.read()).isEmpty();
      await().until(() -> closed("too-many-in-flight") == before + 1);
    } finally {
      keys.unavailable(false);
    }
  }

  @Test
  void shouldLetADeviceListenToItsOwnTopicsOnly() throws IOException {
    Wearable device = known(bed.wearable());

    try (RawMqtt mqtt = connected(device, 5)) {
      assertThat(subscribed(mqtt, Topics.receipts(device.id()))).isEqualTo(1);
      assertThat(subscribed(mqtt, "devices/" + device.id() + "/config")).isEqualTo(1);
      assertThat(subscribed(mqtt, Topics.receipts(UUID.randomUUID()))).isEqualTo(NOT_AUTHORIZED);
      assertThat(subscribed(mqtt, "devices/+/receipts")).isEqualTo(0xA2);
      assertThat(subscribed(mqtt, "#")).isEqualTo(0xA2);
    }
  }

  private double closed(String reason) {
    return metrics.counter("pulsewarden.sessions.closed", "reason", reason).count();
  }

  private static int subscribed(RawMqtt mqtt, String filter) throws IOException {
    mqtt.subscribe(7, 1, filter);
    Packet suback = mqtt.read().orElseThrow();
    assertThat(suback.type()).isEqualTo(RawMqtt.SUBACK);
    return suback.body()[suback.body().length - 1] & 0xFF;
  }

  private RawMqtt connected(Wearable device, int version) throws IOException {
    RawMqtt mqtt = bed.raw(device, server.port(), version);
    assertThat(mqtt.connect(device.id().toString(), 60).reason(1)).isZero();
    return mqtt;
  }

  private Wearable known(Wearable device) {
    await()
        .until(
            () ->
                freshness.admitsSessions()
                    && directory.find(device.id()).isPresent()
                    && directory.issuers().contains(bed.ca.certificate()));
    return device;
  }

  private double refused(String reason) {
    return metrics.counter("pulsewarden.sessions.refused", "reason", reason).count();
  }
}
