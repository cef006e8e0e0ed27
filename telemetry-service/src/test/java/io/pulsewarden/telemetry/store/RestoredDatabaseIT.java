package io.pulsewarden.telemetry.store;

import static io.pulsewarden.telemetry.Clinic.heartRate;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import io.pulsewarden.contracts.telemetry.v1.SealedQuarantine;
import io.pulsewarden.telemetry.Clinic;
import io.pulsewarden.telemetry.TelemetryServers;
import io.pulsewarden.telemetry.keys.Sealing;
import io.pulsewarden.telemetry.vitals.Reading;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The disk of telemetry's database is lost, and an earlier copy of its files put in its place. */
@QuarkusTest
@QuarkusTestResource(TelemetryServers.class)
class RestoredDatabaseIT {

  private static final long TIME = 1_795_000_000_000L;
  private static final int BEFORE = 40;
  private static final int SINCE = 160;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TestHTTPResource(value = "/", tls = true)
  URI base;

  @Inject Sealing sealing;

  @TempDir Path folder;

  private Clinic clinic;

  @BeforeEach
  void open() {
    clinic = new Clinic(base, sealing);
  }

  @AfterEach
  void close() {
    clinic.close();
  }

  /** Nothing is sent in between: the service has to find out by asking. */
  @Test
  void shouldCatchUpFromKafkaByItself() throws Exception {
    List<UUID> patients =
        IntStream.range(0, 3).mapToObj(i -> clinic.patientInCare("MRN-restored-" + i)).toList();
    Map<UUID, Long> begun =
        patients.stream()
            .collect(Collectors.toMap(each -> each, each -> send(each, 0, 1).offset()));
    patients.forEach(patient -> send(patient, 0, BEFORE));
    patients.forEach(
        patient -> await().atMost(PATIENCE).until(() -> found(patient).size() == BEFORE));
    refuse(1, 2, 4);
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(kept()).contains("missing 3 to 3", "numbered 4, 3 came"));
    TelemetryServers.bed().postgres().backUp(folder.resolve("an-hour-ago"));
    // What came before comes again, and much that is new.
    patients.forEach(patient -> send(patient, BEFORE - 10, BEFORE + SINCE));
    patients.forEach(
        patient -> await().atMost(PATIENCE).until(() -> found(patient).size() == BEFORE + SINCE));
    Map<UUID, List<Found>> expected =
        patients.stream().collect(Collectors.toMap(each -> each, this::found));

    refuse(5, 3, 9);
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(kept()).contains("missing 6 to 8", "numbered 9, 6 came"));
    List<String> expectedKept = kept();

    TelemetryServers.bed().postgres().putBack(folder.resolve("an-hour-ago"));

    for (UUID patient : patients) {
      await()
          .atMost(PATIENCE)
          .ignoreExceptions() // 503 while the service finds its database again.
          .untilAsserted(() -> assertThat(found(patient)).isEqualTo(expected.get(patient)));
    }
    // What was refused, and what is missing of what was numbered.
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(kept()).isEqualTo(expectedKept));
    // Told anew for what was stored anew, and without a gap.
    for (UUID patient : patients) {
      RecordMetadata sent = send(patient, 0, 1);
      assertThat(
              rangesWithoutNeighbour(sent.partition(), Objects.requireNonNull(begun.get(patient))))
          .isEmpty();
    }
    send(patients.getFirst(), BEFORE + SINCE, BEFORE + SINCE + 1);
    await().atMost(PATIENCE).until(() -> found(patients.getFirst()).size() == BEFORE + SINCE + 1);
  }

  /** Id and value. */
  private record Found(String id, String value) {
    static Found of(JsonNode observation) {
      return new Found(
          observation.path("id").asText(),
          observation.path("valueQuantity").path("value").asText());
    }
  }

  private List<Found> found(UUID patient) {
    return clinic
        .searchAll("_count=500&_sort=date&patient=" + patient, clinic.nurseToken())
        .stream()
        // Beside them it is told what is missing.
        .filter(entry -> entry.path("resourceType").asText().equals("Observation"))
        .map(Found::of)
        .toList();
  }

  /** Where the last of the messages is. */
  private RecordMetadata send(UUID patient, int from, int until) {
    RecordMetadata last = null;
    for (int i = from; i < until; i += 2) {
      List<Reading> readings = new ArrayList<>();
      for (int j = i; j < Math.min(i + 2, until); j++) {
        readings.add(heartRate(TIME + j * 1_000L, "" + (40 + j % 150)));
      }
      last = clinic.send(patient, readings);
    }
    return Objects.requireNonNull(last);
  }

  /** Refused messages of the clinic's device with these numbers; nobody opens them here. */
  private void refuse(long... numbers) {
    for (long number : numbers) {
      String device = clinic.device.toString();
      clinic.send(
          "telemetry.quarantine.v1",
          device.getBytes(UTF_8),
          SealedQuarantine.newBuilder()
              .setEnvelope(ByteString.copyFromUtf8("sealed"))
              .setOrganisationId(clinic.organisation.toString())
              .setDeviceId(device)
              .setSourceId(device)
              .setSequence(number)
              .setReceivedAtMs(TIME + number)
              .setSchemaVersion(1)
              .build()
              .toByteArray());
    }
  }

  /** What the database has of them. */
  private List<String> kept() throws SQLException {
    List<String> kept = new ArrayList<>();
    try (Connection database = TelemetryServers.bed().superuserConnection();
        PreparedStatement select =
            database.prepareStatement(
                """
                SELECT 'refused ' || partition || '.' || message_offset FROM quarantine_record
                  WHERE device_id = ?
                UNION ALL SELECT 'numbered ' || newest || ', ' || received || ' came'
                  FROM device_numbering WHERE source_id = ?
                UNION ALL SELECT 'missing ' || first_sequence || ' to ' || last_sequence
                  FROM missing_message WHERE source_id = ?
                ORDER BY 1\
                """)) {
      for (int i = 1; i <= 3; i++) {
        select.setObject(i, clinic.device);
      }
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          kept.add(rows.getString(1));
        }
      }
    }
    return kept;
  }

  /** Ranges of a partition, from an offset on, that begin where no other ends. */
  private static List<String> rangesWithoutNeighbour(int partition, long from) throws SQLException {
    List<String> ranges = new ArrayList<>();
    try (Connection database = TelemetryServers.bed().superuserConnection();
        PreparedStatement select =
            database.prepareStatement(
                """
                SELECT r.first_offset::text FROM stored_range r
                WHERE r.topic = 'telemetry.vitals.v1' AND r.partition = ? AND r.first_offset > ?
                  AND NOT EXISTS (SELECT FROM stored_range p WHERE p.topic = r.topic
                    AND p.partition = r.partition AND p.last_offset = r.first_offset - 1)\
                """)) {
      select.setInt(1, partition);
      select.setLong(2, from);
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          ranges.add(rows.getString(1));
        }
      }
    }
    return ranges;
  }
}
