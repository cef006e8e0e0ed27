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
import io.pulsewarden.telemetry.keys.InMemoryBaseKeys;
import io.pulsewarden.telemetry.keys.KeySubject;
import io.pulsewarden.telemetry.keys.Sealing;
import io.pulsewarden.telemetry.store.CompactionStore;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Readings go to whoever wore the device, and back again. */
@QuarkusTest
@QuarkusTestResource(TelemetryServers.class)
class WearingIT {

  @TestHTTPResource(value = "/", tls = true)
  URI base;

  @Inject Sealing sealing;
  @Inject InMemoryBaseKeys keys;
  @Inject WearingStore store;
  @Inject Reconciler reconciler;
  @Inject CompactionStore compactions;

  private WearingBed bed;

  @BeforeEach
  void open() {
    bed = new WearingBed(base, sealing, store, reconciler);
  }

  @AfterEach
  void close() {
    bed.close();
  }

  @Test
  void shouldReleaseWhatAnAssignmentCoversAndHoldTheRest() throws SQLException {
    UUID anna = bed.clinic.patientInCare("MRN-released");
    bed.instance.hear(1);
    bed.clinic.hold(
        1,
        List.of(
            heartRate(bed.hourAgo, "61"),
            heartRate(bed.hourAgo + 1_000, "62"),
            heartRate(bed.hourAgo + 2_000, "63")));
    bed.awaitHeld(1);
    bed.instance.turn();
    assertThat(bed.held()).isEqualTo(1);

    UUID assignment = UUID.randomUUID();
    bed.instance.hear(2, new Assignment(assignment, 4, anna, bed.hourAgo + 1_000, Long.MAX_VALUE));
    bed.instance.turn();

    assertThat(WearingBed.shown(bed.awaitObservations(anna, 2)))
        .containsExactly("63 final", "62 final");
    await().untilAsserted(() -> assertThat(bed.heldBetween(bed.hourAgo, bed.hourAgo)).isEqualTo(1));
    assertThat(bed.held()).isEqualTo(1);
    assertThat(WearingBed.assignments(anna)).containsExactly(assignment + " 4 2");
    // Everything is in its place now, for this instance and for one that starts.
    bed.instance.turn();
    WearingBed.Instance another = bed.new Instance();
    another.hear(2, new Assignment(assignment, 4, anna, bed.hourAgo + 1_000, Long.MAX_VALUE));
    another.turn();
    assertThat(WearingBed.blocks(anna)).isEqualTo(1);
    assertThat(bed.held()).isEqualTo(1);
    await()
        .untilAsserted(
            () ->
                assertThat(AuditTopic.eventsOf(bed.clinic.organisation))
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
    UUID anna = bed.clinic.patientInCare("MRN-first");
    UUID bert = bed.clinic.patientInCare("MRN-second");
    bed.instance.hear(1, WearingBed.worn(anna));
    bed.instance.turn();
    bed.clinic.send(
        anna, List.of(heartRate(bed.hourAgo, "61"), heartRate(bed.hourAgo + 1_000, "62")));
    List<JsonNode> before = bed.awaitObservations(anna, 2);

    bed.instance.hear(2, WearingBed.worn(bert));
    bed.instance.turn();

    assertThat(WearingBed.shown(bed.awaitObservations(bert, 2)))
        .containsExactly("62 final", "61 final");
    List<JsonNode> withdrawn = bed.awaitObservations(anna, 2);
    assertThat(WearingBed.shown(withdrawn))
        .containsExactly("62 entered-in-error", "61 entered-in-error");
    assertThat(WearingBed.ids(withdrawn)).isEqualTo(WearingBed.ids(before));
    assertThat(
            Clinic.json(
                    bed.clinic.get(
                        "/fhir/Observation/" + WearingBed.ids(before).getFirst(),
                        bed.clinic.nurseToken()))
                .get("status")
                .asText())
        .isEqualTo("entered-in-error");

    bed.instance.hear(3, WearingBed.worn(anna));
    bed.instance.turn();

    await()
        .untilAsserted(
            () ->
                assertThat(WearingBed.shown(bed.observations(anna)))
                    .containsExactly("62 final", "61 final"));
    assertThat(WearingBed.ids(bed.observations(anna))).isEqualTo(WearingBed.ids(before));
    assertThat(WearingBed.shown(bed.observations(bert)))
        .containsExactly("62 entered-in-error", "61 entered-in-error");
    await()
        .untilAsserted(
            () ->
                assertThat(AuditTopic.eventsOf(bed.clinic.organisation))
                    .filteredOn(
                        event -> event.getAction() == AuditAction.AUDIT_ACTION_READINGS_REASSIGNED)
                    .extracting(event -> Set.copyOf(event.getPatientIdList()))
                    .hasSize(2)
                    .containsOnly(Set.of(anna.toString(), bert.toString())));
  }

  @Test
  void shouldCorrectReadingsThatWereCompacted() throws SQLException {
    UUID anna = bed.clinic.patientInCare("MRN-compacted-first");
    UUID bert = bed.clinic.patientInCare("MRN-compacted-second");
    Assignment first = WearingBed.worn(anna);
    bed.instance.hear(1, first);
    bed.instance.turn();
    for (int i = 0; i < 3; i++) {
      bed.clinic.sendRaw(
          anna,
          bed.clinic.vitals(anna, List.of(heartRate(bed.hourAgo + i * 1_000L, "6" + i))).toBuilder()
              .setAssignmentId(first.id().toString())
              .build()
              .toByteArray());
    }
    List<JsonNode> before = bed.awaitObservations(anna, 3);
    Clock later = Clock.offset(Clock.systemUTC(), Duration.ofDays(2));
    assertThat(
            new Compaction(compactions, sealing, later, Duration.ofHours(24), 2)
                .of(new CompactionStore.Patient(bed.clinic.organisation, anna), () -> true)
                .made())
        .isPositive();

    bed.instance.hear(2, first); // Nothing is out of place, and nothing is undone.
    bed.instance.turn();
    assertThat(bed.due()).isZero();
    assertThat(WearingBed.blocks(anna)).isLessThan(3);
    assertThat(bed.observations(anna)).isEqualTo(before);

    bed.instance.hear(
        3,
        new Assignment(first.id(), 2, anna, 0, bed.hourAgo + 1_000),
        new Assignment(UUID.randomUUID(), 1, bert, bed.hourAgo + 1_000, Long.MAX_VALUE));
    await()
        .untilAsserted(
            () -> {
              bed.instance.turn();
              assertThat(bed.due()).isZero();
            });

    assertThat(WearingBed.shown(bed.awaitObservations(bert, 2)))
        .containsExactly("62 final", "61 final");
    assertThat(WearingBed.shown(bed.observations(anna)))
        .containsExactly("62 entered-in-error", "61 entered-in-error", "60 final");
    assertThat(WearingBed.ids(bed.observations(anna))).isEqualTo(WearingBed.ids(before));
  }

  @Test
  void shouldHoldWhatNobodyWoreAfterAll() throws SQLException {
    UUID anna = bed.clinic.patientInCare("MRN-shortened");
    bed.instance.hear(1, WearingBed.worn(anna));
    bed.instance.turn();
    bed.clinic.send(
        anna, List.of(heartRate(bed.hourAgo, "61"), heartRate(bed.hourAgo + 1_000, "62")));
    bed.awaitObservations(anna, 2);

    bed.instance.hear(2, new Assignment(UUID.randomUUID(), 2, anna, 0, bed.hourAgo + 1_000));
    bed.instance.turn();

    assertThat(WearingBed.shown(bed.observations(anna)))
        .containsExactly("62 entered-in-error", "61 final");
    bed.awaitHeld(1);
    assertThat(bed.heldBetween(bed.hourAgo + 1_000, bed.hourAgo + 1_000)).isEqualTo(1);
  }

  /**
   * A key that does not open for a while (its KEK version was trimmed by mistake) does not make
   * readings count as settled: they follow their patient once it opens.
   */
  @Test
  void shouldLeaveReadingsDueWhileTheirKeyDoesNotOpen() throws SQLException {
    UUID anna = bed.clinic.patientInCare("MRN-unusable-first");
    UUID bert = bed.clinic.patientInCare("MRN-unusable-second");
    bed.instance.hear(1);
    bed.clinic.hold(1, List.of(heartRate(bed.hourAgo, "61")));
    bed.awaitHeld(1);

    KeySubject device = KeySubject.device(bed.clinic.organisation, bed.clinic.device);
    keys.spoil(device);
    try {
      bed.instance.hear(2, WearingBed.worn(anna));
      bed.instance.turn();
      bed.instance.turn();
      assertThat(bed.held()).isEqualTo(1);
      assertThat(bed.due()).as("looked at again").isEqualTo(1);
      assertThat(WearingBed.blocks(anna)).isZero();
    } finally {
      keys.mend(device);
    }
    bed.instance.turn();
    assertThat(bed.due()).isZero();
    assertThat(WearingBed.shown(bed.awaitObservations(anna, 1))).containsExactly("61 final");

    KeySubject before = KeySubject.patient(bed.clinic.organisation, anna);
    keys.spoil(before);
    try {
      bed.instance.hear(3, WearingBed.worn(bert));
      bed.instance.turn();
      assertThat(bed.due()).isEqualTo(1);
      assertThat(WearingBed.blocks(anna)).isEqualTo(1);
      assertThat(WearingBed.blocks(bert)).isZero();
    } finally {
      keys.mend(before);
    }
    bed.instance.turn();
    assertThat(bed.due()).isZero();
    assertThat(WearingBed.shown(bed.awaitObservations(bert, 1))).containsExactly("61 final");
    assertThat(WearingBed.shown(bed.observations(anna))).containsExactly("61 entered-in-error");
  }

  @Test
  void shouldReleaseNothingToAnErasedPatient() throws SQLException {
    UUID anna = bed.clinic.patientInCare("MRN-gone");
    bed.clinic.hold(0, List.of(heartRate(bed.hourAgo, "61")));
    bed.awaitHeld(1);
    keys.erase(KeySubject.patient(bed.clinic.organisation, anna));

    bed.instance.hear(1, WearingBed.worn(anna));
    bed.instance.turn();

    assertThat(bed.held()).isZero();
    assertThat(bed.due()).isZero();
    assertThat(WearingBed.number("SELECT count(*) FROM outbox WHERE topic = 'telemetry.vitals.v1'"))
        .isZero();
    assertThat(WearingBed.blocks(anna)).isZero();
  }
}
