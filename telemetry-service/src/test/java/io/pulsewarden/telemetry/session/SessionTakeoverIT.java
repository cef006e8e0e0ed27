package io.pulsewarden.telemetry.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pulsewarden.auditclient.AuditEvents;
import io.pulsewarden.auditclient.AuditTrail;
import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.telemetry.AuditTopic;
import io.pulsewarden.telemetry.TelemetryServers;
import io.pulsewarden.telemetry.devicefeed.DeviceDirectory;
import io.pulsewarden.telemetry.devicefeed.FeedFreshness;
import io.pulsewarden.telemetry.intake.VitalsIntake;
import io.pulsewarden.telemetry.presence.Connection;
import io.pulsewarden.telemetry.presence.DeviceSessionStore;
import io.pulsewarden.telemetry.presence.TestPresence;
import io.pulsewarden.telemetry.session.MqttBed.Wearable;
import io.pulsewarden.telemetry.session.RawMqtt.Packet;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A device has one session, whatever instance it connects to. */
@QuarkusTest
@QuarkusTestResource(TelemetryServers.class)
class SessionTakeoverIT {

  private static MqttBed bed;

  @Inject MqttServerLifecycle server;
  @Inject DeviceDirectory directory;
  @Inject FeedFreshness freshness;
  @Inject MqttConfiguration limits;
  @Inject VitalsIntake intake;
  @Inject DeviceSessionStore rows;
  @Inject Pool pool;
  @Inject Vertx vertx;
  @Inject TlsConfigurationRegistry tls;
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
    device = bed.known(server, freshness, directory);
  }

  @Test
  void shouldHandASessionOverToAnotherInstance() throws IOException {
    try (SecondInstance second =
            new SecondInstance(
                bed.servers,
                vertx,
                tls,
                limits,
                intake,
                TestPresence.ofAnotherInstance(
                    rows, bed.servers.kafkaProperties("telemetry-service")),
                audit,
                events);
        RawMqtt here = raw()) {
      assertThat(here.resume(device.id().toString()).reason(1)).isZero();
      here.subscribe(1, 1, Topics.receipts(device.id()));
      assertThat(here.read().orElseThrow().type()).isEqualTo(RawMqtt.SUBACK);
      await().until(() -> second.knows(device.id()));

      try (RawMqtt there = bed.raw(device, second.port(), 5)) {
        assertThat(present(there.resume(device.id().toString()))).isTrue();
        assertThat(here.read().orElseThrow().reason(0)).isEqualTo(0x8E);
        there.ping();
        assertThat(there.read().orElseThrow().type()).isEqualTo(RawMqtt.PINGRESP);
      }
    }
  }

  @Test
  void shouldTellADeviceThatItWasTakenOverHoweverLongItsInstanceCouldNotLook() throws IOException {
    DeafPresence presence =
        new DeafPresence(
            TestPresence.ofAnotherInstance(rows, bed.servers.kafkaProperties("telemetry-service")));
    try (SecondInstance second =
        new SecondInstance(bed.servers, vertx, tls, limits, intake, presence, audit, events)) {
      await().until(() -> second.knows(device.id()));
      try (RawMqtt there = bed.raw(device, second.port(), 5)) {
        // Given a session there, and a newer one here, neither of which resumes anything
        assertThat(there.connect(device.id().toString(), 60).reason(1)).isZero();
        try (RawMqtt here = bed.connected(device, server.port(), 5)) {
          // When the other instance hears of it after more looks than one alone goes back
          int before = presence.missed();
          await().until(() -> presence.missed() >= before + 12);
          presence.hear();

          // Then the first is told, and the newer one stands
          assertThat(there.read().orElseThrow().reason(0)).isEqualTo(0x8E);
          here.ping();
          assertThat(here.read().orElseThrow().type()).isEqualTo(RawMqtt.PINGRESP);
        }
      }
    }
  }

  @Test
  void shouldKeepTheNewerConnectionWhereAnOlderOneIsWrittenLate() {
    UUID id = UUID.randomUUID();
    Connection older = TestSessions.connection(id, MqttBed.ORGANISATION);
    Connection newer = TestSessions.connection(id, MqttBed.ORGANISATION);

    assertThat(TestPresence.newest(rows, older, newer)).isEqualTo(newer.id());
  }

  @Test
  void shouldKeepTheNewerConnectionHoweverLongItWaitsForTheRow() {
    UUID id = UUID.randomUUID();
    Connection older = TestSessions.connection(id, MqttBed.ORGANISATION);
    Connection newer = TestSessions.connection(id, MqttBed.ORGANISATION);

    assertThat(TestPresence.newestAfterAWait(pool, rows, older, newer)).isEqualTo(newer.id());
  }

  @Test
  void shouldEndAConnectionThatIsNotTheNewestByTheDatabase() throws IOException {
    try (RawMqtt mqtt = bed.connected(device, server.port(), 5)) {
      mqtt.disconnect();
    }
    // As if another instance had written a newer one a moment ago.
    await()
        .until(
            () ->
                pool.preparedQuery(
                            """
                            UPDATE device_session SET connected_at = now() + interval '1 hour'
                              WHERE device_id = $1 AND disconnected_at IS NOT NULL""")
                        .execute(Tuple.of(device.id()))
                        .await()
                        .indefinitely()
                        .rowCount()
                    == 1);

    try (RawMqtt mqtt = bed.connected(device, server.port(), 5)) {
      assertThat(mqtt.read().orElseThrow().reason(0)).isEqualTo(0x8E);
    }
    try (RawMqtt mqtt = raw()) {
      assertThat(mqtt.resume(device.id().toString()).reason(1)).isEqualTo(0x88);
    }
  }

  /** Killed, it could not say that its devices had gone. */
  @Test
  void shouldNotGoOnWithASessionThatAnInstanceTookWithItLongAgo() throws IOException {
    UUID killed = UUID.randomUUID();
    await()
        .until(
            () ->
                run("SELECT FROM telemetry_instance WHERE seen_at > now() - '5 s'::interval") > 0);
    // Given an instance that has just reached the database, for all that it knows
    run("UPDATE telemetry_instance SET watching_since = now() + '1 hour'::interval");
    run(
        """
        INSERT INTO telemetry_instance (instance_id, watching_since, seen_at)
          VALUES ($1, now() - '2 hours'::interval, now() - '1 hour'::interval)""",
        killed);
    run(
        """
        INSERT INTO device_session (device_id, organisation_id, connection_id, instance_id,
            connected_at, expiry_seconds, receipts_qos, recorded_at)
          VALUES ($1, $2, $3, $4, now() - '2 hours'::interval, 60, 1, now() - '2 hours'::interval)""",
        device.id(),
        MqttBed.ORGANISATION,
        UUID.randomUUID(),
        killed);

    // When the device comes back, then it is not told that its session is gone: nobody can tell
    try (RawMqtt mqtt = raw()) {
      assertThat(mqtt.resume(device.id().toString()).reason(1)).isEqualTo(0x88);
    }

    // When the others were heard meanwhile, then it is, and the log has the end that nobody saw
    run(
        """
        UPDATE telemetry_instance SET watching_since = now() - '1 hour'::interval, seen_at = now()
          WHERE instance_id <> $1""",
        killed);
    try (RawMqtt mqtt = raw()) {
      assertThat(present(mqtt.resume(device.id().toString()))).isFalse();
      await().untilAsserted(() -> assertThat(ends()).containsExactly("connection-lost"));
      assertThat(
              run(
                  "SELECT FROM device_session WHERE device_id = $1 AND disconnected_at IS NULL",
                  device.id()))
          .isOne();
    }
  }

  @Test
  void shouldSayAgainThatASessionStandsWhichOthersTookForLost() throws IOException {
    try (RawMqtt mqtt = bed.connected(device, server.port(), 5)) {
      // Given an instance that could not reach the database for a while, and others could
      await()
          .until(
              () ->
                  run(
                          """
                          UPDATE device_session SET disconnected_at = now(),
                              end_reason = 'connection-lost', presumed_lost = true
                            WHERE device_id = $1""",
                          device.id())
                      == 1);

      // Then
      await()
          .until(
              () ->
                  run(
                          """
                          SELECT FROM device_session WHERE device_id = $1 AND NOT presumed_lost
                            AND disconnected_at IS NULL AND end_reason IS NULL""",
                          device.id())
                      == 1);
      await()
          .untilAsserted(
              () ->
                  assertThat(reasons(AuditAction.AUDIT_ACTION_SESSION_OPENED))
                      .containsExactly("", "still-connected"));
      mqtt.ping();
      assertThat(mqtt.read().orElseThrow().type()).isEqualTo(RawMqtt.PINGRESP);
    }
  }

  private int run(String sql, Object... parameters) {
    RowSet<Row> rows =
        pool.preparedQuery(sql)
            .execute(Tuple.from(List.of(parameters)))
            .await()
            .atMost(Duration.ofSeconds(30));
    return Math.max(rows.size(), rows.rowCount());
  }

  /** What the log has of the device's sessions, but for the one that stands. */
  private List<String> ends() {
    return reasons(AuditAction.AUDIT_ACTION_SESSION_CLOSED);
  }

  private List<String> reasons(AuditAction action) {
    return AuditTopic.eventsOf(MqttBed.ORGANISATION).stream()
        .filter(event -> event.getAction() == action)
        .filter(event -> event.getAgent().getId().equals(device.id().toString()))
        .map(AuditEvent::getReasonCode)
        .toList();
  }

  private RawMqtt raw() throws IOException {
    return bed.raw(device, server.port(), 5);
  }

  private static boolean present(Packet connack) {
    assertThat(connack.reason(1)).isZero();
    return connack.reason(0) == 1;
  }
}
