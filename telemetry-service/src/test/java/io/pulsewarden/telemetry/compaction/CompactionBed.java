package io.pulsewarden.telemetry.compaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.pulsewarden.telemetry.Clinic;
import io.pulsewarden.telemetry.TelemetryServers;
import io.pulsewarden.telemetry.keys.Opened;
import io.pulsewarden.telemetry.keys.Purpose;
import io.pulsewarden.telemetry.keys.Sealing;
import io.pulsewarden.telemetry.store.CompactionStore;
import io.pulsewarden.telemetry.store.CompactionStore.Found;
import io.pulsewarden.telemetry.store.CompactionStore.Patient;
import io.pulsewarden.telemetry.store.StoredBlock;
import io.pulsewarden.telemetry.store.VitalBlockStore;
import io.pulsewarden.telemetry.vitals.Reading;
import java.net.URI;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;

/** A patient whose vitals are compacted, and all that a reader can see of them. */
final class CompactionBed implements AutoCloseable {

  /** The beginning of an hour. */
  static final long TIME = 1_794_999_600_000L;

  static final Duration PATIENCE = Duration.ofSeconds(30);

  final Clinic clinic;
  final UUID id;
  final Patient patient;
  final CompactionStore store;
  private final Sealing sealing;
  private final VitalBlockStore blocks;
  private final UUID assignment = UUID.randomUUID();

  CompactionBed(URI base, Sealing sealing, CompactionStore store, VitalBlockStore blocks) {
    this.clinic = new Clinic(base, sealing);
    this.sealing = sealing;
    this.store = store;
    this.blocks = blocks;
    this.id = clinic.patientInCare("MRN-compacted-" + assignment);
    this.patient = new Patient(clinic.organisation, id);
  }

  /** All that a reader can see of the patient. */
  record Views(
      List<JsonNode> newest,
      List<JsonNode> oldest,
      List<JsonNode> ofOneCode,
      List<JsonNode> changes,
      List<JsonNode> byId) {

    List<String> ids() {
      return newest.stream().map(each -> each.path("id").asText()).toList();
    }
  }

  Views views() {
    List<JsonNode> newest = search("_count=7");
    return new Views(
        newest,
        search("_sort=date&_count=1000"),
        search("code=85354-9,3150-6,8310-5,55423-8&_count=3"),
        search("_sort=_lastUpdated&_count=50"),
        newest.stream().limit(3).map(this::again).toList());
  }

  List<JsonNode> search(String how) {
    return clinic.searchAll(how + "&patient=" + id, clinic.nurseToken());
  }

  private JsonNode again(JsonNode observation) {
    return Clinic.json(
        clinic.get("/fhir/Observation/" + observation.path("id").asText(), clinic.nurseToken()));
  }

  List<String> statuses() {
    return search("").stream().map(each -> each.path("status").asText()).toList();
  }

  /**
   * Also seen by readers of changes: until then a view of them may still grow. What was committed
   * in different hours is not compacted together: here all is as if no hour had ended in between.
   */
  void awaitObservations(int count) throws SQLException {
    await()
        .untilAsserted(
            () -> {
              assertThat(search("_count=1000")).hasSize(count);
              assertThat(search("_sort=_lastUpdated&_count=1000")).hasSize(count);
            });
    try (Connection database = TelemetryServers.bed().superuserConnection();
        Statement statement = database.createStatement()) {
      statement.executeUpdate(
          """
          WITH first AS (SELECT date_trunc('hour', min(committed_at), 'UTC') AS hour
            FROM vital_block WHERE subject_id = '%1$s')
          UPDATE vital_block SET committed_at = hour + interval '1 hour' - interval '1 microsecond'
          FROM first WHERE subject_id = '%1$s' AND committed_at >= hour + interval '1 hour'\
          """
              .formatted(id));
    }
  }

  void send(Reading... readings) {
    clinic.sendRaw(
        id,
        clinic.vitals(id, List.of(readings)).toBuilder()
            .setAssignmentId(assignment.toString())
            .build()
            .toByteArray());
  }

  int compact() {
    return new Compaction(store, sealing, inTwoDays(), Duration.ofHours(24), 2)
        .of(patient, () -> true)
        .made();
  }

  /** When all that is sent now is old enough. */
  static Clock inTwoDays() {
    return Clock.offset(Clock.systemUTC(), Duration.ofDays(2));
  }

  /** All plain blocks, whichever hour they were committed in. */
  List<StoredBlock> loaded() {
    List<StoredBlock> all = new ArrayList<>();
    for (Found found : store.groups(patient, later(), 0, 1, 10).await().atMost(PATIENCE)) {
      all.addAll(store.blocks(found.group(), -1, Long.MAX_VALUE).await().atMost(PATIENCE));
    }
    return all.stream().sorted(Comparator.comparingLong(StoredBlock::offset)).toList();
  }

  private static Instant later() {
    return Clock.systemUTC().instant().plus(Duration.ofDays(1));
  }

  List<StoredBlock> rows() {
    return blocks
        .walk(
            new VitalBlockStore.Span(clinic.organisation, id, 0, Long.MAX_VALUE),
            VitalBlockStore.Direction.OLDEST_FIRST,
            null,
            1_000)
        .await()
        .atMost(PATIENCE)
        .stream()
        .filter(StoredBlock::compacted)
        .toList();
  }

  byte[] open(StoredBlock row) {
    Opened opened =
        sealing
            .open(row.context(), Purpose.VITALS, row.envelope().toByteArray())
            .toCompletableFuture()
            .join();
    assertThat(opened).isInstanceOf(Opened.Plaintext.class);
    return ((Opened.Plaintext) opened).bytes();
  }

  static StoredBlock elsewhere(StoredBlock block) {
    return new StoredBlock(
        block.partition(),
        block.offset() + 1_000_000,
        block.organisation(),
        false,
        block.subject(),
        block.source(),
        block.device(),
        block.firstTimeMillis(),
        block.lastTimeMillis(),
        block.schemaVersion(),
        block.assignment(),
        block.assignmentVersion(),
        block.receivedAtMillis(),
        block.deviceVersion(),
        block.withdrawn(),
        block.change(),
        block.envelope());
  }

  int plain() throws SQLException {
    return count("schema_version < 3");
  }

  int compacted() throws SQLException {
    return count("schema_version = 3");
  }

  private int count(String which) throws SQLException {
    try (Connection database = TelemetryServers.bed().superuserConnection();
        Statement statement = database.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT count(*) FROM vital_block WHERE subject_id = '" + id + "' AND " + which)) {
      rows.next();
      return rows.getInt(1);
    }
  }

  static boolean waiting(Statement statement) throws SQLException {
    try (ResultSet rows =
        statement.executeQuery(
            "SELECT EXISTS (SELECT FROM pg_stat_activity"
                + " WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid)))")) {
      rows.next();
      return rows.getBoolean(1);
    }
  }

  @Override
  public void close() {
    clinic.close();
  }
}
