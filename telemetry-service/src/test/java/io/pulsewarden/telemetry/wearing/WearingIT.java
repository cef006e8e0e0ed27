package io.pulsewarden.telemetry.wearing;

import static io.pulsewarden.telemetry.Clinic.heartRate;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.telemetry.AuditTopic;
import io.pulsewarden.telemetry.Clinic;
import io.pulsewarden.telemetry.TelemetryServers;
import io.pulsewarden.telemetry.compaction.Compaction;
import io.pulsewarden.telemetry.devicefeed.Assignment;
import io.pulsewarden.telemetry.devicefeed.Device;
import io.pulsewarden.telemetry.devicefeed.DeviceDirectory;
import io.pulsewarden.telemetry.devicefeed.FeedFreshness;
import io.pulsewarden.telemetry.devicefeed.Lifecycle;
import io.pulsewarden.telemetry.devicefeed.TestDevices;
import io.pulsewarden.telemetry.keys.InMemoryBaseKeys;
import io.pulsewarden.telemetry.keys.KeySubject;
import io.pulsewarden.telemetry.keys.Sealing;
import io.pulsewarden.telemetry.store.CompactionStore;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Instances with a feed of their own, so that a test says what each knows; the service's own never
 * hears of these devices, and leaves them alone.
 */
@QuarkusTest
@QuarkusTestResource(TelemetryServers.class)
class WearingIT {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TestHTTPResource(value = "/", tls = true)
  URI base;

  @Inject Sealing sealing;
  @Inject InMemoryBaseKeys keys;
  @Inject WearingStore store;
  @Inject Reconciler reconciler;
  @Inject CompactionStore compactions;

  private final long hourAgo = System.currentTimeMillis() - 3_600_000;
  private Clinic clinic;
  private Instance instance;

  /** What one process knows and does. */
  private final class Instance {
    private final DeviceDirectory directory = new DeviceDirectory();
    private final FeedFreshness freshness = TestDevices.freshness(Clock.systemUTC());
    private final WearingWatch watch = new WearingWatch(store, reconciler, directory, freshness);

    /** The feed says so, now. */
    void hear(long version, Assignment... assignments) {
      know(version, assignments);
      watch.changed(clinic.device);
    }

    /** As {@link #hear}, but it did not come to announcing it. */
    void know(long version, Assignment... assignments) {
      TestDevices.heard(freshness, Instant.now());
      TestDevices.put(directory, state(version, assignments));
    }

    void turn() {
      TestDevices.heard(freshness, Instant.now());
      watch.turn();
    }
  }

  @BeforeEach
  void open() {
    clinic = new Clinic(base, sealing);
    instance = new Instance();
  }

  @AfterEach
  void close() {
    clinic.close();
  }

  @Test
  void shouldReleaseWhatAnAssignmentCoversAndHoldTheRest() throws SQLException {
    UUID anna = clinic.patientInCare("MRN-released");
    instance.hear(1);
    clinic.hold(
        1,
        List.of(
            heartRate(hourAgo, "61"),
            heartRate(hourAgo + 1_000, "62"),
            heartRate(hourAgo + 2_000, "63")));
    awaitHeld(1);
    instance.turn();
    assertThat(held()).isEqualTo(1);

    UUID assignment = UUID.randomUUID();
    instance.hear(2, new Assignment(assignment, 4, anna, hourAgo + 1_000, Long.MAX_VALUE));
    instance.turn();

    assertThat(shown(awaitObservations(anna, 2))).containsExactly("63 final", "62 final");
    await().untilAsserted(() -> assertThat(heldBetween(hourAgo, hourAgo)).isEqualTo(1));
    assertThat(held()).isEqualTo(1);
    assertThat(assignments(anna)).containsExactly(assignment + " 4 2");
    // Everything is in its place now, for this instance and for one that starts.
    instance.turn();
    Instance another = new Instance();
    another.hear(2, new Assignment(assignment, 4, anna, hourAgo + 1_000, Long.MAX_VALUE));
    another.turn();
    assertThat(blocks(anna)).isEqualTo(1);
    assertThat(held()).isEqualTo(1);
    await()
        .untilAsserted(
            () ->
                assertThat(AuditTopic.eventsOf(clinic.organisation))
                    .filteredOn(
                        event -> event.getAction() == AuditAction.AUDIT_ACTION_READINGS_RELEASED)
                    .singleElement()
                    .satisfies(
                        event -> {
                          assertThat(event.getPatientIdList()).containsExactly(anna.toString());
                          assertThat(event.getEntityList())
                              .anyMatch(
                                  entity ->
                                      entity.getType().equals("Reading") && entity.getCount() == 2)
                              .anyMatch(entity -> entity.getId().equals(assignment.toString()));
                        }));
  }

  @Test
  void shouldGiveACorrectedReadingToTheRightPatientAndBackAgain() throws SQLException {
    UUID anna = clinic.patientInCare("MRN-first");
    UUID bert = clinic.patientInCare("MRN-second");
    instance.hear(1, worn(anna));
    instance.turn();
    clinic.send(anna, List.of(heartRate(hourAgo, "61"), heartRate(hourAgo + 1_000, "62")));
    List<JsonNode> before = awaitObservations(anna, 2);

    instance.hear(2, worn(bert));
    instance.turn();

    assertThat(shown(awaitObservations(bert, 2))).containsExactly("62 final", "61 final");
    List<JsonNode> withdrawn = awaitObservations(anna, 2);
    assertThat(shown(withdrawn)).containsExactly("62 entered-in-error", "61 entered-in-error");
    assertThat(ids(withdrawn)).isEqualTo(ids(before));
    assertThat(
            Clinic.json(
                    clinic.get("/fhir/Observation/" + ids(before).getFirst(), clinic.nurseToken()))
                .get("status")
                .asText())
        .isEqualTo("entered-in-error");

    instance.hear(3, worn(anna));
    instance.turn();

    await()
        .untilAsserted(
            () -> assertThat(shown(observations(anna))).containsExactly("62 final", "61 final"));
    assertThat(ids(observations(anna))).isEqualTo(ids(before));
    assertThat(shown(observations(bert)))
        .containsExactly("62 entered-in-error", "61 entered-in-error");
    await()
        .untilAsserted(
            () ->
                assertThat(AuditTopic.eventsOf(clinic.organisation))
                    .filteredOn(
                        event -> event.getAction() == AuditAction.AUDIT_ACTION_READINGS_REASSIGNED)
                    .extracting(event -> Set.copyOf(event.getPatientIdList()))
                    .hasSize(2)
                    .containsOnly(Set.of(anna.toString(), bert.toString())));
  }

  /** A row of compacted blocks becomes plain ones again where readings have to leave it. */
  @Test
  void shouldCorrectReadingsThatWereCompacted() throws SQLException {
    UUID anna = clinic.patientInCare("MRN-compacted-first");
    UUID bert = clinic.patientInCare("MRN-compacted-second");
    Assignment first = worn(anna);
    instance.hear(1, first);
    instance.turn();
    for (int i = 0; i < 3; i++) {
      clinic.sendRaw(
          anna,
          clinic.vitals(anna, List.of(heartRate(hourAgo + i * 1_000L, "6" + i))).toBuilder()
              .setAssignmentId(first.id().toString())
              .build()
              .toByteArray());
    }
    List<JsonNode> before = awaitObservations(anna, 3);
    Clock later = Clock.offset(Clock.systemUTC(), Duration.ofDays(2));
    assertThat(
            new Compaction(compactions, sealing, later, Duration.ofHours(24), 2)
                .of(new CompactionStore.Patient(clinic.organisation, anna), () -> true))
        .isPositive();

    instance.hear(2, first); // Nothing is out of place, and nothing is undone.
    instance.turn();
    assertThat(due()).isZero();
    assertThat(blocks(anna)).isLessThan(3);
    assertThat(observations(anna)).isEqualTo(before);

    instance.hear(
        3,
        new Assignment(first.id(), 2, anna, 0, hourAgo + 1_000),
        new Assignment(UUID.randomUUID(), 1, bert, hourAgo + 1_000, Long.MAX_VALUE));
    await()
        .untilAsserted(
            () -> {
              instance.turn();
              assertThat(due()).isZero();
            });

    assertThat(shown(awaitObservations(bert, 2))).containsExactly("62 final", "61 final");
    assertThat(shown(observations(anna)))
        .containsExactly("62 entered-in-error", "61 entered-in-error", "60 final");
    assertThat(ids(observations(anna))).isEqualTo(ids(before));
  }

  @Test
  void shouldHoldWhatNobodyWoreAfterAll() throws SQLException {
    UUID anna = clinic.patientInCare("MRN-shortened");
    instance.hear(1, worn(anna));
    instance.turn();
    clinic.send(anna, List.of(heartRate(hourAgo, "61"), heartRate(hourAgo + 1_000, "62")));
    awaitObservations(anna, 2);

    instance.hear(2, new Assignment(UUID.randomUUID(), 2, anna, 0, hourAgo + 1_000));
    instance.turn();

    assertThat(shown(observations(anna))).containsExactly("62 entered-in-error", "61 final");
    awaitHeld(1);
    assertThat(heldBetween(hourAgo + 1_000, hourAgo + 1_000)).isEqualTo(1);
  }

  @Test
  void shouldMoveEachBlockOnceWhenTwoInstancesWorkAtOnce() throws Exception {
    UUID anna = clinic.patientInCare("MRN-at-once");
    Instance other = new Instance();
    for (int i = 0; i < 40; i++) {
      clinic.hold(0, List.of(heartRate(hourAgo + i * 1_000L, "70")));
    }
    awaitHeld(40);
    Assignment worn = worn(anna);
    instance.hear(1, worn);
    other.hear(1, worn);

    CyclicBarrier together = new CyclicBarrier(2);
    try (ExecutorService processes = Executors.newFixedThreadPool(2)) {
      List<Future<?>> turns = new ArrayList<>();
      for (Instance one : List.of(instance, other)) {
        turns.add(
            processes.submit(
                () -> {
                  together.await();
                  one.turn();
                  return null;
                }));
      }
      for (Future<?> turn : turns) {
        turn.get();
      }
    }

    assertThat(awaitObservations(anna, 40)).hasSize(40);
    assertThat(held()).isZero();
    assertThat(blocks(anna)).isEqualTo(40);
  }

  @Test
  void shouldGoOnAfterACrashAtEachDurableStep() throws SQLException {
    UUID anna = clinic.patientInCare("MRN-crashes");
    clinic.hold(0, List.of(heartRate(hourAgo, "61")));
    awaitHeld(1);
    Assignment worn = worn(anna);

    // Read, but not announced: the next process reads it when it starts.
    new Instance().know(1, worn);
    assertThat(held()).isEqualTo(1);
    // Announced, and no look.
    store.announce(Map.of(clinic.device, 1L)).await().atMost(PATIENCE);
    assertThat(held()).isEqualTo(1);
    // The look was done to its end, and not reported.
    assertThat(reconciler.reconcile(state(1, worn))).isTrue();
    assertThat(held()).isZero();
    assertThat(due()).isEqualTo(1);
    // A process that starts then finds the look due, and nothing to do.
    Instance next = new Instance();
    next.know(1, worn);
    next.turn();

    assertThat(shown(awaitObservations(anna, 1))).containsExactly("61 final");
    assertThat(due()).isZero();
    assertThat(blocks(anna)).isEqualTo(1);
  }

  @Test
  void shouldDoTheLookThatACrashedProcessAnnounced() throws SQLException {
    UUID anna = clinic.patientInCare("MRN-announced");
    clinic.hold(0, List.of(heartRate(hourAgo, "61")));
    awaitHeld(1);
    store.announce(Map.of(clinic.device, 1L)).await().atMost(PATIENCE);

    instance.know(1, worn(anna));
    instance.turn();

    assertThat(shown(awaitObservations(anna, 1))).containsExactly("61 final");
    assertThat(due()).isZero();
  }

  @Test
  void shouldLookAgainAtWhatWasSealedByAnOlderStateAndStoredLate() throws SQLException {
    UUID anna = clinic.patientInCare("MRN-stale");
    UUID bert = clinic.patientInCare("MRN-current");
    instance.hear(2, worn(bert));
    instance.turn();
    assertThat(due()).isZero();

    clinic.sendRaw(
        anna,
        clinic.vitals(anna, List.of(heartRate(hourAgo, "61"))).toBuilder()
            .setDeviceVersion(1)
            .build()
            .toByteArray());
    awaitObservations(anna, 1);
    instance.turn();

    assertThat(shown(awaitObservations(bert, 1))).containsExactly("61 final");
    assertThat(shown(observations(anna))).containsExactly("61 entered-in-error");
  }

  @Test
  void shouldNotUndoByAnOldFeedWhatANewerOneSaid() throws SQLException {
    UUID anna = clinic.patientInCare("MRN-old-feed");
    UUID bert = clinic.patientInCare("MRN-new-feed");
    Instance behind = new Instance();
    behind.hear(1, worn(anna));
    behind.turn();
    instance.hear(2, worn(bert));
    instance.turn();
    clinic.sendRaw(
        bert,
        clinic.vitals(bert, List.of(heartRate(hourAgo, "61"))).toBuilder()
            .setDeviceVersion(2)
            .build()
            .toByteArray());
    awaitObservations(bert, 1);
    store.announce(Map.of(clinic.device, 3L)).await().atMost(PATIENCE);

    behind.turn();
    instance.turn();
    // Even if it had looked before it heard: the block is of a later state.
    assertThat(reconciler.reconcile(state(1, worn(anna)))).isFalse();

    assertThat(shown(observations(bert))).containsExactly("61 final");
    assertThat(observations(anna)).isEmpty();
    assertThat(due()).isEqualTo(1);
  }

  @Test
  void shouldReleaseNothingToAnErasedPatient() throws SQLException {
    UUID anna = clinic.patientInCare("MRN-gone");
    clinic.hold(0, List.of(heartRate(hourAgo, "61")));
    awaitHeld(1);
    keys.erase(KeySubject.patient(clinic.organisation, anna));

    instance.hear(1, worn(anna));
    instance.turn();

    assertThat(held()).isZero();
    assertThat(due()).isZero();
    assertThat(number("SELECT count(*) FROM outbox WHERE topic = 'telemetry.vitals.v1'")).isZero();
    assertThat(blocks(anna)).isZero();
  }

  @Test
  void shouldKeepTheLookWhileKeysAreAway() throws SQLException {
    UUID anna = clinic.patientInCare("MRN-keys-away");
    clinic.hold(0, List.of(heartRate(hourAgo, "61")));
    awaitHeld(1);
    instance.hear(1, worn(anna));

    keys.unavailable(true);
    try {
      instance.turn();
      assertThat(held()).isEqualTo(1);
      assertThat(due()).isEqualTo(1);
    } finally {
      keys.unavailable(false);
    }
    instance.turn();

    assertThat(shown(awaitObservations(anna, 1))).containsExactly("61 final");
  }

  private Device state(long version, Assignment... assignments) {
    return new Device(
        clinic.device,
        clinic.organisation,
        version,
        Lifecycle.ACTIVE,
        Set.of(TestDevices.FINGERPRINT),
        List.of(assignments),
        Set.of());
  }

  private static Assignment worn(UUID patient) {
    return new Assignment(UUID.randomUUID(), 1, patient, 0, Long.MAX_VALUE);
  }

  private List<JsonNode> observations(UUID patient) {
    return clinic.searchAll("patient=" + patient + "&_count=1000", clinic.nurseToken());
  }

  private List<JsonNode> awaitObservations(UUID patient, int count) {
    return await().until(() -> observations(patient), found -> found.size() >= count);
  }

  private void awaitHeld(int count) {
    await().untilAsserted(() -> assertThat(held()).isEqualTo(count));
  }

  private static List<String> shown(List<JsonNode> observations) {
    return observations.stream()
        .map(one -> one.at("/valueQuantity/value").asText() + " " + one.get("status").asText())
        .toList();
  }

  private static List<String> ids(List<JsonNode> observations) {
    return observations.stream().map(one -> one.get("id").asText()).toList();
  }

  private long held() throws SQLException {
    return number(
        "SELECT count(*) FROM vital_block WHERE device_id = ? AND subject_kind = 2", clinic.device);
  }

  private long heldBetween(long first, long last) throws SQLException {
    return number(
        "SELECT count(*) FROM vital_block WHERE device_id = ? AND subject_kind = 2"
            + " AND first_time_ms = ? AND last_time_ms = ?",
        clinic.device,
        first,
        last);
  }

  private static long blocks(UUID patient) throws SQLException {
    return number("SELECT count(*) FROM vital_block WHERE subject_id = ?", patient);
  }

  private long due() throws SQLException {
    return number("SELECT count(*) FROM wearing_check WHERE device_id = ?", clinic.device);
  }

  private static List<String> assignments(UUID patient) throws SQLException {
    try (Connection database = TelemetryServers.bed().superuserConnection();
        PreparedStatement select =
            database.prepareStatement(
                "SELECT assignment_id || ' ' || assignment_version || ' ' || schema_version"
                    + " FROM vital_block WHERE subject_id = ?")) {
      select.setObject(1, patient);
      List<String> found = new ArrayList<>();
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          found.add(rows.getString(1));
        }
      }
      return found;
    }
  }

  private static long number(String sql, Object... values) throws SQLException {
    try (Connection database = TelemetryServers.bed().superuserConnection();
        PreparedStatement select = database.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        select.setObject(i + 1, values[i]);
      }
      try (ResultSet rows = select.executeQuery()) {
        rows.next();
        return rows.getLong(1);
      }
    }
  }
}
