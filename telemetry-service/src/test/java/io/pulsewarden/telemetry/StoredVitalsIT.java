package io.pulsewarden.telemetry;

import static io.pulsewarden.telemetry.Clinic.heartRate;
import static io.pulsewarden.telemetry.Clinic.json;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.micrometer.core.instrument.MeterRegistry;
import io.pulsewarden.auditclient.AuditTrail;
import io.pulsewarden.telemetry.keys.InMemoryBaseKeys;
import io.pulsewarden.telemetry.keys.KeySubject;
import io.pulsewarden.telemetry.keys.Sealing;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What the store does with what comes while keys are away, patients erased, or nobody can read it.
 */
@QuarkusTest
@QuarkusTestResource(TelemetryServers.class)
class StoredVitalsIT {

  private static final long TIME = 1_795_000_000_000L;
  private static final long MINUTE = 60_000;

  @TestHTTPResource(value = "/", tls = true)
  URI base;

  @Inject Sealing sealing;
  @Inject InMemoryBaseKeys keys;
  @Inject AuditTrail auditTrail;
  @Inject MeterRegistry meters;

  private Clinic clinic;

  @BeforeEach
  void open() {
    clinic = new Clinic(base, sealing);
    await().until(() -> auditTrail.healthy());
  }

  @AfterEach
  void close() {
    clinic.close();
  }

  @Test
  void shouldAnswer503AndStoreLaterWhenKeysAreAway() {
    UUID patient = clinic.patientInCare("MRN-keyless");
    clinic.send(patient, List.of(heartRate(TIME, "62.8")));
    clinic.awaitObservations(patient, 1);
    byte[] later = clinic.vitals(patient, List.of(heartRate(TIME + MINUTE, "63"))).toByteArray();
    keys.unavailable(true);
    try {
      clinic.sendRaw(patient, later);
      HttpResponse<String> answer =
          clinic.get("/fhir/Observation?patient=" + patient, clinic.nurseToken());
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(json(answer).get("resourceType").asText()).isEqualTo("OperationOutcome");
    } finally {
      keys.unavailable(false);
    }
    clinic.awaitObservations(patient, 2);
  }

  @Test
  void shouldKeepWhatItCannotReadAndGoOn() throws SQLException {
    UUID patient = clinic.patientInCare("MRN-garbage");
    RecordMetadata garbage = clinic.sendRaw(patient, "no message of ours".getBytes(UTF_8));
    byte[] moved =
        clinic.vitals(patient, List.of(heartRate(TIME, "62.8"))).toBuilder()
            .setLastTimeMs(TIME + 1)
            .build()
            .toByteArray();
    RecordMetadata changed = clinic.sendRaw(patient, moved);
    clinic.send(patient, List.of(heartRate(TIME + MINUTE, "63")));

    clinic.awaitObservations(patient, 1);
    assertThat(reasonOf(garbage)).isEqualTo("not-protobuf");
    assertThat(reasonOf(changed)).isEqualTo("rejected-envelope");
  }

  @Test
  void shouldReplayFromKafkaWhenTheDatabaseIsRestoredToAnEarlierState() throws SQLException {
    UUID patient = clinic.patientInCare("MRN-restored");
    RecordMetadata first = clinic.send(patient, List.of(heartRate(TIME, "62.8")));
    clinic.send(patient, List.of(heartRate(TIME + MINUTE, "63")));
    List<String> before = ids(clinic.awaitObservations(patient, 2));

    try (Connection database = TelemetryServers.bed().superuserConnection();
        Statement statement = database.createStatement()) {
      database.setAutoCommit(false);
      String later =
          " WHERE partition = %d AND %s >= %d"
              .formatted(first.partition(), "message_offset", first.offset());
      assertThat(statement.executeUpdate("DELETE FROM vital_block" + later))
          .isGreaterThanOrEqualTo(2);
      statement.executeUpdate(
          "DELETE FROM stored_range" + later.replace("message_offset", "last_offset"));
      statement.executeUpdate(
          "UPDATE consumer_offset SET next_offset = %d WHERE partition = %d AND topic = '%s'"
              .formatted(first.offset(), first.partition(), first.topic()));
      database.commit();
    }
    // The next message shows the consumer that the database is elsewhere.
    clinic.send(patient, List.of(heartRate(TIME + 2 * MINUTE, "64")));

    List<JsonNode> after = clinic.awaitObservations(patient, 3);
    assertThat(ids(after)).containsAll(before);
  }

  @Test
  void shouldAnswerErasedForAnErasedPatientAndGoOnStoring() {
    UUID patient = clinic.patientInCare("MRN-erased");
    clinic.send(patient, List.of(heartRate(TIME, "62.8")));
    String id = clinic.awaitObservations(patient, 1).getFirst().get("id").asText();
    byte[] late = clinic.vitals(patient, List.of(heartRate(TIME + 1, "63"))).toByteArray();
    keys.erase(KeySubject.patient(clinic.organisation, patient));
    double counted = meters.counter("pulsewarden.store.erased").count();

    RecordMetadata skipped = clinic.sendRaw(patient, late);
    await().until(() -> nextOffset(skipped) > skipped.offset());
    assertThat(meters.counter("pulsewarden.store.erased").count()).isGreaterThan(counted);
    assertThat(clinic.get("/fhir/Observation/" + id, clinic.nurseToken()).statusCode())
        .isEqualTo(410);
    assertThat(clinic.get("/fhir/Observation?patient=" + patient, clinic.nurseToken()).statusCode())
        .isEqualTo(410);
    assertThat(clinic.get("/fhir/Patient/" + patient, clinic.nurseToken()).statusCode())
        .isEqualTo(410);
  }

  @Test
  void shouldKeepNothingInClear() throws SQLException {
    UUID patient = clinic.patientInCare("MRN-canary-8842");
    clinic.send(patient, List.of(heartRate(TIME, "217.3925")));
    clinic.awaitObservations(patient, 1);

    List<String> tables = new ArrayList<>();
    try (Connection database = TelemetryServers.bed().superuserConnection();
        Statement statement = database.createStatement();
        ResultSet names =
            statement.executeQuery("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")) {
      while (names.next()) {
        tables.add(names.getString(1));
      }
      assertThat(tables).contains("vital_block", "patient", "outbox");
      for (String table : tables) {
        assertThat(dump(database, table))
            .as(table)
            .doesNotContain("Canaryfeather", "Zenobia", "MRN-canary", "217.3925", "8867-4");
      }
    }
  }

  private static String dump(Connection database, String table) throws SQLException {
    StringBuilder dump = new StringBuilder();
    try (Statement statement = database.createStatement();
        ResultSet rows = statement.executeQuery("SELECT * FROM \"" + table + "\"")) {
      while (rows.next()) {
        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
          Object value = rows.getObject(i);
          dump.append(
                  value instanceof byte[] bytes
                      ? new String(bytes, ISO_8859_1)
                      : String.valueOf(value))
              .append('\n');
        }
      }
    }
    return dump.toString();
  }

  private static List<String> ids(List<JsonNode> observations) {
    return observations.stream().map(one -> one.get("id").asText()).toList();
  }

  private static String reasonOf(RecordMetadata message) throws SQLException {
    return number(
        "SELECT reason FROM unreadable_message WHERE topic = ? AND partition = ?"
            + " AND message_offset = "
            + message.offset(),
        message);
  }

  private static long nextOffset(RecordMetadata message) throws SQLException {
    return Long.parseLong(
        number(
            "SELECT next_offset FROM consumer_offset WHERE topic = ? AND partition = ?", message));
  }

  private static String number(String query, RecordMetadata message) throws SQLException {
    try (Connection database = TelemetryServers.bed().superuserConnection();
        PreparedStatement statement = database.prepareStatement(query)) {
      statement.setString(1, message.topic());
      statement.setInt(2, message.partition());
      try (ResultSet rows = statement.executeQuery()) {
        assertThat(rows.next()).isTrue();
        return rows.getString(1);
      }
    }
  }
}
