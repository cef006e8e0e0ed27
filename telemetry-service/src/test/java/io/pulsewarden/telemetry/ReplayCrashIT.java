package io.pulsewarden.telemetry;

import static io.pulsewarden.telemetry.Clinic.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.contracts.audit.v1.AuditOutcome;
import io.pulsewarden.telemetry.devicefeed.DeviceDirectory;
import io.pulsewarden.telemetry.keys.Sealing;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A replay whose database connection dies between its durable steps, whoever holds it then: the
 * request, the outbox's relay, the store. What it had not committed is gone with it, as with a
 * killed process.
 */
@QuarkusTest
@QuarkusTestResource(TelemetryServers.class)
class ReplayCrashIT {

  @TestHTTPResource(value = "/", tls = true)
  URI base;

  @Inject Sealing sealing;
  @Inject DeviceDirectory directory;

  private Clinic clinic;
  private RefusedInput refused;

  @BeforeEach
  void open() {
    clinic = new Clinic(base, sealing);
    refused = new RefusedInput(clinic, sealing, directory);
  }

  @AfterEach
  void close() throws SQLException {
    execute("DROP FUNCTION IF EXISTS crash() CASCADE");
    execute("DROP SEQUENCE IF EXISTS crashes");
    clinic.close();
  }

  @ParameterizedTest
  @CsvSource({
    // Decided, and the messages not yet in the outbox: nothing of it may stay.
    "AFTER INSERT, quarantine_decision, true",
    // All written, and the last of it not committed.
    "AFTER INSERT, outbox, NEW.topic = 'telemetry.vitals.v1'",
    // Kafka has it, and the outbox does not know: it is sent again, each time.
    "BEFORE DELETE, outbox, OLD.topic = 'telemetry.vitals.v1'",
    // Stored, and neither range nor place committed with it.
    "AFTER INSERT, vital_block, true",
    "AFTER INSERT, range_leaves, true"
  })
  void shouldReplayOnceReadableAndLeaveNothingHalfDone(String when, String table, String what)
      throws SQLException {
    UUID anna = clinic.patientInCare("MRN-crash");
    refused.worn(anna);
    refused.refuse("unknown-code", RefusedInput.PAYLOAD, RefusedInput.TIME);
    String id =
        refused.awaitItems("/v1/quarantine", clinic.adminToken(), 1).getFirst().get("id").asText();
    crashTwice(when, table, what);

    // As a person does who gets no answer.
    await()
        .atMost(Duration.ofMinutes(3))
        .until(
            () -> {
              int status =
                  refused.decide(id, "replay", clinic.adminToken(), "table-mended").statusCode();
              assertThat(status).isIn(200, 503);
              return status == 200;
            });
    await().atMost(Duration.ofMinutes(3)).until(() -> crashes() > 2);
    List<JsonNode> readings =
        await()
            .atMost(Duration.ofMinutes(3))
            .until(
                () -> clinic.searchAll("patient=" + anna, clinic.nurseToken()),
                found -> !found.isEmpty());

    assertThat(readings)
        .extracting(one -> one.at("/valueQuantity/value").asText())
        .containsExactly("24");
    assertThat(json(clinic.get("/v1/quarantine", clinic.adminToken())).get("items")).isEmpty();
    await()
        .untilAsserted(
            () ->
                assertThat(
                        AuditTopic.eventsOf(clinic.organisation).stream()
                            .filter(
                                event ->
                                    event.getAction()
                                            == AuditAction.AUDIT_ACTION_QUARANTINE_REPLAYED
                                        && event.getOutcome() == AuditOutcome.AUDIT_OUTCOME_SUCCESS)
                            .map(AuditEvent::getEventId)
                            .distinct())
                    .hasSize(1));
  }

  /** A sequence is not rolled back: it counts what died. */
  private static void crashTwice(String when, String table, String what) throws SQLException {
    execute("CREATE SEQUENCE crashes");
    execute(
        """
        CREATE FUNCTION crash() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
        BEGIN
          IF nextval('crashes') <= 2 THEN
            PERFORM pg_terminate_backend(pg_backend_pid());
            PERFORM pg_sleep(60);
          END IF;
          RETURN coalesce(NEW, OLD);
        END $$\
        """);
    execute(
        "CREATE TRIGGER crash %s ON %s FOR EACH ROW WHEN (%s) EXECUTE FUNCTION crash()"
            .formatted(when, table, what));
  }

  private static long crashes() throws SQLException {
    try (Connection database = TelemetryServers.bed().superuserConnection();
        Statement statement = database.createStatement();
        ResultSet rows = statement.executeQuery("SELECT last_value FROM crashes")) {
      assertThat(rows.next()).isTrue();
      return rows.getLong(1);
    }
  }

  private static void execute(String sql) throws SQLException {
    try (Connection database = TelemetryServers.bed().superuserConnection();
        Statement statement = database.createStatement()) {
      statement.execute(sql);
    }
  }
}
