package io.pulsewarden.telemetry.retention;

import static io.pulsewarden.telemetry.Clinic.heartRate;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.pulsewarden.auditclient.AuditEvents;
import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.contracts.audit.v1.AuditOutcome;
import io.pulsewarden.telemetry.AuditTopic;
import io.pulsewarden.telemetry.Clinic;
import io.pulsewarden.telemetry.KilledBackend;
import io.pulsewarden.telemetry.TelemetryServers;
import io.pulsewarden.telemetry.keys.Sealing;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(TelemetryServers.class)
class RetentionIT {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int PARTITION = 4_000;

  /** Of months long ago, that nobody else stores into. */
  private static final YearMonth OLD = YearMonth.of(2019, 11);

  @TestHTTPResource(value = "/", tls = true)
  URI base;

  @Inject Sealing sealing;
  @Inject MonthStore months;
  @Inject AuditEvents events;

  private final UUID device = UUID.randomUUID();
  private Clinic clinic;

  @BeforeEach
  void open() {
    clinic = new Clinic(base, sealing);
  }

  @AfterEach
  void close() {
    clinic.close();
  }

  @Test
  void shouldStoreLateAndDisorderedReadingsOf30DaysInTheirMonths() throws SQLException {
    UUID patient = clinic.patientInCare("MRN-late-" + device);
    long now = System.currentTimeMillis();
    long late = now - Duration.ofDays(30).toMillis();
    await().until(() -> there().contains(month(late)));

    clinic.send(patient, List.of(heartRate(now, "70")));
    clinic.send(patient, List.of(heartRate(late + 60_000, "61")));
    clinic.send(patient, List.of(heartRate(late, "60"), heartRate(now - 1_000, "69")));

    await()
        .untilAsserted(
            () ->
                assertThat(clinic.searchAll("patient=" + patient, clinic.nurseToken()))
                    .extracting(RetentionIT::value)
                    .containsExactly("70", "69", "61", "60"));
    assertThat(clinic.searchAll("_sort=date&patient=" + patient, clinic.nurseToken()))
        .extracting(RetentionIT::value)
        .containsExactly("60", "61", "69", "70");
    assertThat(
            texts(
                "SELECT DISTINCT tableoid::regclass::text FROM vital_block WHERE subject_id = ?",
                patient))
        // A block lies in the month of its last reading; 30 days may both be of one.
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(now, now - 1_000, late + 60_000)
                .map(RetentionIT::month)
                .distinct()
                .map(RetentionIT::table)
                .toList());
  }

  @Test
  void shouldDropWholeMonthsPastRetentionAndSaySo() throws SQLException {
    months.add(OLD, OLD.plusMonths(2)).await().atMost(PATIENCE);
    block(1, OLD, 0);
    block(2, OLD, 1);
    withdraw(2);
    block(3, OLD.plusMonths(1), 0);
    block(4, OLD.minusMonths(1), 0); // In no month of its own.
    block(5, OLD.plusMonths(2), 0);

    // What lies between is somebody else's, or nobody's.
    retention("2021-01-31T23:59:59Z", 13).turn().await().atMost(PATIENCE);

    assertThat(there()).doesNotContain(OLD).contains(OLD.plusMonths(1), OLD.plusMonths(2));
    assertThat(offsets()).containsExactly("3", "5");
    assertThat(count("SELECT count(*) FROM withdrawn_reading WHERE partition = " + PARTITION))
        .isZero();
    await().untilAsserted(() -> assertThat(expired(OLD.toString())).isEqualTo(2));
    await().untilAsserted(() -> assertThat(expired("before-2019-12")).isPositive());

    // Nothing is left to do, and nothing more to tell.
    retention("2021-01-31T23:59:59Z", 13).turn().await().atMost(PATIENCE);
    retention("2021-02-01T00:00:00Z", 13).turn().await().atMost(PATIENCE);
    assertThat(there()).doesNotContain(OLD.plusMonths(1));
    assertThat(offsets()).containsExactly("5");
    await().untilAsserted(() -> assertThat(expired("2019-12")).isEqualTo(1));
    assertThat(expired(OLD.toString())).isEqualTo(2);
  }

  @Test
  void shouldLeaveTheMonthIfItCrashesBeforeTheCommit() throws SQLException {
    YearMonth month = OLD.minusYears(1);
    months.add(month, month).await().atMost(PATIENCE);
    block(6, month, 0);

    assertThatThrownBy(
            () ->
                months
                    .drop(
                        month,
                        blocks -> {
                          throw new IllegalStateException("crash after the drop");
                        })
                    .await()
                    .atMost(PATIENCE))
        .hasMessage("crash after the drop");

    assertThat(there()).contains(month);
    assertThat(offsets()).contains("6");
  }

  /** kill -9 of the database's process: the month is dropped, and its event is being written. */
  @Test
  void shouldLeaveTheMonthAndNoEventWhenTheDatabaseIsKilledBeforeTheCommit() throws Exception {
    YearMonth month = OLD.minusYears(3);
    months.add(month, month).await().atMost(PATIENCE);
    block(8, month, 0);
    Retention retention = retention("2017-12-31T00:00:00Z", 12);

    try (KilledBackend insert =
        KilledBackend.atInsertInto(
            "outbox", "to_regclass('public." + table(month) + "') IS NULL")) {
      CompletableFuture<Void> turn =
          retention.turn().subscribeAsCompletionStage().toCompletableFuture();
      insert.kill();
      assertThat(turn).failsWithin(PATIENCE);
    }

    await().ignoreExceptions().until(() -> there().contains(month));
    assertThat(offsets()).contains("8");
    assertThat(expired(month.toString())).isZero();
    // What was not done is due again.
    retention.turn().await().atMost(PATIENCE);
    assertThat(there()).doesNotContain(month);
    await().untilAsserted(() -> assertThat(expired(month.toString())).isEqualTo(1));
  }

  @Test
  void shouldMoveWhatWaitedForAMonthIntoIt() throws SQLException {
    YearMonth month = OLD.minusYears(2);
    block(7, month, 0);
    String where =
        "SELECT tableoid::regclass::text FROM vital_block WHERE device_id = ? AND message_offset ="
            + " 7";
    assertThat(texts(where, device)).containsExactly("vital_block_default");

    assertThat(months.add(month, month).await().atMost(PATIENCE)).isEqualTo(1);
    assertThat(months.add(month, month).await().atMost(PATIENCE)).isZero();

    assertThat(texts(where, device)).containsExactly(table(month));
  }

  @Test
  void shouldRefuseToDropAMonthThatLateReadingsMayComeTo() {
    YearMonth now = month(System.currentTimeMillis());
    assertThatThrownBy(() -> months.drop(now, blocks -> event()).await().atMost(PATIENCE))
        .hasMessageContaining("not over for 31 days");
    assertThat(there()).contains(now);
  }

  /** Storing into a month that is dropped meanwhile: no lock is waited for without end. */
  @Test
  void shouldComeBackLaterIfAMonthIsInUse() throws SQLException {
    YearMonth month = OLD.minusYears(3);
    months.add(month, month).await().atMost(PATIENCE);
    try (Connection writer = TelemetryServers.bed().superuserConnection()) {
      writer.setAutoCommit(false);
      insert(writer, 8, month, 0);
      assertThatThrownBy(() -> months.drop(month, blocks -> event()).await().atMost(PATIENCE))
          .hasMessageContaining("lock timeout");
      writer.commit();
    }
    assertThat(offsets()).contains("8");
    months.drop(month, blocks -> event()).await().atMost(PATIENCE);
    assertThat(offsets()).doesNotContain("8");
  }

  private AuditEvent event() {
    return events
        .event(
            AuditAction.AUDIT_ACTION_VITALS_EXPIRED,
            AuditOutcome.AUDIT_OUTCOME_SUCCESS,
            new UUID(0, 0),
            AuditEvents.service("test"))
        .build();
  }

  private Retention retention(String now, int kept) {
    return new Retention(
        months,
        events,
        AuditEvents.service("test"),
        Clock.fixed(Instant.parse(now), ZoneOffset.UTC),
        OptionalInt.of(kept));
  }

  private List<YearMonth> there() {
    return months.months().await().atMost(PATIENCE);
  }

  /** How many blocks the log says that a month had. */
  private static long expired(String month) {
    return AuditTopic.events().stream()
        .filter(event -> event.getAction() == AuditAction.AUDIT_ACTION_VITALS_EXPIRED)
        .filter(event -> event.getEntityCount() == 2)
        .filter(event -> event.getEntity(0).getId().equals(month))
        .mapToLong(event -> event.getEntity(1).getCount())
        .sum();
  }

  private static YearMonth month(long millis) {
    return YearMonth.from(Instant.ofEpochMilli(millis).atOffset(ZoneOffset.UTC));
  }

  private static String table(YearMonth month) {
    return "vital_block_" + month.toString().replace('-', '_');
  }

  private static String value(JsonNode observation) {
    return observation.path("valueQuantity").path("value").asText();
  }

  private List<String> offsets() throws SQLException {
    return texts(
        "SELECT message_offset::text FROM vital_block WHERE device_id = ? ORDER BY message_offset",
        device);
  }

  private void block(long offset, YearMonth month, long millis) throws SQLException {
    try (Connection database = TelemetryServers.bed().superuserConnection()) {
      insert(database, offset, month, millis);
    }
  }

  private void insert(Connection database, long offset, YearMonth month, long millis)
      throws SQLException {
    long time = month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli() + millis;
    try (PreparedStatement insert =
        database.prepareStatement(
            """
            INSERT INTO vital_block (partition, message_offset, organisation_id, subject_kind,
              subject_id, source_id, device_id, first_time_ms, last_time_ms, schema_version,
              assignment_version, received_at_ms, envelope)
            VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?, 1, 0, ?, '\\x00')\
            """)) {
      insert.setInt(1, PARTITION);
      insert.setLong(2, offset);
      insert.setObject(3, clinic.organisation);
      insert.setObject(4, device);
      insert.setObject(5, device);
      insert.setObject(6, device);
      insert.setLong(7, time);
      insert.setLong(8, time);
      insert.setLong(9, time);
      insert.executeUpdate();
    }
  }

  private static void withdraw(long offset) throws SQLException {
    try (Connection database = TelemetryServers.bed().superuserConnection();
        Statement statement = database.createStatement()) {
      statement.executeUpdate(
          "INSERT INTO withdrawn_reading (partition, message_offset, positions, whole) VALUES ("
              + PARTITION
              + ", "
              + offset
              + ", '{0}', true)");
    }
  }

  private static long count(String sql) throws SQLException {
    try (Connection database = TelemetryServers.bed().superuserConnection();
        Statement statement = database.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private static List<String> texts(String sql, UUID id) throws SQLException {
    List<String> texts = new ArrayList<>();
    try (Connection database = TelemetryServers.bed().superuserConnection();
        PreparedStatement select = database.prepareStatement(sql)) {
      select.setObject(1, id);
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          texts.add(rows.getString(1));
        }
      }
    }
    return texts;
  }
}
