package io.pulsewarden.telemetry.erasure;

import static io.pulsewarden.telemetry.Clinic.heartRate;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.keys.v1.KeyState;
import io.pulsewarden.contracts.keys.v1.KeyStateRecord;
import io.pulsewarden.contracts.keys.v1.KeySubjectKind;
import io.pulsewarden.contracts.keys.v1.SubjectKeyState;
import io.pulsewarden.telemetry.AuditTopic;
import io.pulsewarden.telemetry.Clinic;
import io.pulsewarden.telemetry.TelemetryServers;
import io.pulsewarden.telemetry.devicefeed.Assignment;
import io.pulsewarden.telemetry.keys.Confirmation.Purged;
import io.pulsewarden.telemetry.keys.InMemoryBaseKeys;
import io.pulsewarden.telemetry.keys.KeySubject;
import io.pulsewarden.telemetry.keys.KeysUnavailableException;
import io.pulsewarden.telemetry.keys.Opened;
import io.pulsewarden.telemetry.keys.Purpose;
import io.pulsewarden.telemetry.keys.Sealing;
import io.pulsewarden.telemetry.store.ConsumerOffsetStore;
import io.pulsewarden.telemetry.store.PartitionSink.Outcome;
import io.pulsewarden.telemetry.store.VitalBlockStore;
import io.pulsewarden.telemetry.vitals.Reading;
import io.pulsewarden.telemetry.vitals.VitalBlock;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.sql.Types;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On a partition that Kafka does not have, so that nobody else reads it. */
@QuarkusTest
@QuarkusTestResource(TelemetryServers.class)
class PurgeIT {

  private static final TopicPartition PARTITION = new TopicPartition("keys.key-state.v1", 2_000);
  private static final int OTHER_PARTITIONS = 3_000;
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String INDEXES =
      "SELECT count(*) FROM patient_identifier WHERE patient_id = ?";
  private static final String HELD = "SELECT count(*) FROM vital_block WHERE device_id = ?";
  private static final String REFUSED =
      "SELECT count(*) FROM quarantine_record WHERE device_id = ?";

  @TestHTTPResource(value = "/", tls = true)
  URI base;

  @Inject ConsumerOffsetStore offsets;
  @Inject PurgeStore purges;
  @Inject VitalBlockStore blocks;
  @Inject Sealing sealing;
  @Inject InMemoryBaseKeys keys;

  private final UUID device = UUID.randomUUID();
  private final UUID key = UUID.randomUUID();
  private boolean known = true;
  private List<Assignment> worn = List.of();
  private Set<UUID> gateways = Set.of();
  private Clinic clinic;
  private ErasedKeysSink sink;
  private final Wearings wearings =
      new Wearings() {
        @Override
        public boolean known() {
          return known;
        }

        @Override
        public List<Worn> by(Set<UUID> patients) {
          return worn.stream()
              .filter(assignment -> patients.contains(assignment.patient()))
              .map(assignment -> new Worn(clinic.organisation, device, assignment, gateways))
              .toList();
        }
      };

  @BeforeEach
  void open() {
    clinic = new Clinic(base, sealing);
    sink = new ErasedKeysSink(offsets, purges, wearings);
  }

  @AfterEach
  void close() {
    clinic.close();
  }

  @Test
  void shouldDeleteBlindIndexesAndHeldReadingsOfTheErasedAlone() throws Exception {
    UUID erased = clinic.patient("MRN-purged-" + device);
    UUID other = clinic.patient("MRN-kept-" + device);
    worn =
        List.of(
            new Assignment(UUID.randomUUID(), 1, erased, 1_000, 2_000),
            new Assignment(UUID.randomUUID(), 1, other, 2_000, Long.MAX_VALUE));
    held(1, 1_100, 1_200);
    held(2, 1_999, 1_999);
    held(3, 2_000, 2_100);
    held(4, 500, 900);
    refused(1, 1_000);
    refused(2, 1_999);
    refused(3, 2_000);
    refused(4, 999);
    long first = sink.position(PARTITION).await().atMost(PATIENCE);

    Outcome outcome = store(first, destroyed(erased));
    store(first, destroyed(erased)); // Read once more, as after a crash.

    assertThat(outcome).isEqualTo(new Outcome.Stored(first + 1));
    assertThat(count("SELECT count(*) FROM patient_identifier WHERE patient_id = ?", erased))
        .isZero();
    assertThat(count("SELECT count(*) FROM patient_identifier WHERE patient_id = ?", other))
        .isPositive();
    assertThat(count(HELD, device)).isEqualTo(2);
    assertThat(count(REFUSED, device)).isEqualTo(2);
    assertThat(sink.position(PARTITION).await().atMost(PATIENCE)).isEqualTo(first + 1);
    // Key management is away in this test: it stays to be told.
    assertThat(purges.unconfirmed().await().atMost(PATIENCE)).contains(new Purged(key, 1, 2));
    purges.confirmed(List.of(new Purged(key, 1, 2))).await().atMost(PATIENCE);
    assertThat(purges.unconfirmed().await().atMost(PATIENCE))
        .noneMatch(purged -> purged.subjectKeyId().equals(key));

    // Key management came back from a backup and destroyed it again: it waits for the word again.
    store(first + 1, destroyed(erased));
    assertThat(purges.unconfirmed().await().atMost(PATIENCE)).contains(new Purged(key, 1, 2));
  }

  /** It stood in Kafka at the purge; and the registry said only later who had worn the device. */
  @Test
  void shouldSweepWhatIsStoredOfTheErasedAfterTheirPurge() throws Exception {
    UUID erased = clinic.patient("MRN-swept-" + device);
    UUID other = clinic.patient("MRN-not-swept-" + device);
    store(sink.position(PARTITION).await().atMost(PATIENCE), destroyed(erased));
    held(11, 1_100, 1_200);
    held(12, 2_100, 2_200);
    refused(11, 1_100);
    refused(12, 2_100);
    sweep();
    assertThat(count(HELD, device)).as("nobody wore it, as far as is known").isEqualTo(2);

    worn =
        List.of(
            new Assignment(UUID.randomUUID(), 1, erased, 1_000, 2_000),
            new Assignment(UUID.randomUUID(), 1, other, 2_000, Long.MAX_VALUE));
    sweep();
    sweep();

    assertThat(count(HELD, device)).isEqualTo(1);
    assertThat(count(REFUSED, device)).isEqualTo(1);
    // One at the purge, one at the first sweep: the second found nothing.
    await().untilAsserted(() -> assertThat(purgedEvents(erased)).isEqualTo(2));
    assertThat(purgedEvents(other)).isZero();
  }

  /** What lies outside the time that the erased patient wore the device is not the patient's. */
  @Test
  void shouldKeepTheRestOfAHeldBlockThatReachesBeyondTheErasedPatientsTime() throws Exception {
    UUID erased = clinic.patient("MRN-cut-" + device);
    Wearings cut = worn(erased);
    clinic.hold(
        3, List.of(heartRate(900, "60"), heartRate(1_500, "217.3925"), heartRate(2_000, "62")));
    clinic.hold(3, List.of(heartRate(900, "63"), heartRate(2_000, "64")));
    await().until(() -> count(HELD, clinic.device) == 2);

    purges
        .purge(PARTITION, 0, List.of(new ErasedKey(key, clinic.organisation, erased)), cut)
        .await()
        .atMost(PATIENCE);

    await()
        .untilAsserted(
            () -> assertThat(heldValues()).containsExactlyInAnyOrder("60", "62", "63", "64"));
    assertThat(purges.unconfirmed().await().atMost(PATIENCE)).contains(new Purged(key, 1, 1));
    // The cut block is not cut again, and what is left is found in its place by a second purge.
    purges.sweep(cut).await().atMost(PATIENCE);
    assertThat(heldValues()).containsExactlyInAnyOrder("60", "62", "63", "64");
  }

  /**
   * The device's KEK version was trimmed by mistake, and comes back. What is cut to nothing while
   * it does not open is gone, and other patients' readings with it.
   */
  @Test
  void shouldCutNothingWhileTheDevicesKeyDoesNotOpenAndPurgeWhenItDoes() throws Exception {
    UUID erased = clinic.patient("MRN-unusable-" + device);
    Wearings cut = worn(erased);
    KeySubject holder = KeySubject.device(clinic.organisation, clinic.device);
    ErasedKey destroyed = new ErasedKey(key, clinic.organisation, erased);
    clinic.hold(3, List.of(heartRate(900, "60"), heartRate(1_500, "61"), heartRate(2_000, "62")));
    await().until(() -> count(HELD, clinic.device) == 1);

    keys.spoil(holder);
    try {
      assertThatThrownBy(
              () -> purges.purge(PARTITION, 0, List.of(destroyed), cut).await().atMost(PATIENCE))
          .isInstanceOf(KeysUnavailableException.class);
      assertThat(count(HELD, clinic.device)).as("the block as it was").isEqualTo(1);
      assertThat(count(INDEXES, erased)).as("all in one transaction").isPositive();
      assertThat(purges.unconfirmed().await().atMost(PATIENCE))
          .as("nobody is told that it is done")
          .noneMatch(purged -> purged.subjectKeyId().equals(key));
    } finally {
      keys.mend(holder);
    }
    assertThat(heldValues()).containsExactlyInAnyOrder("60", "61", "62");

    purges.purge(PARTITION, 0, List.of(destroyed), cut).await().atMost(PATIENCE);

    await().untilAsserted(() -> assertThat(heldValues()).containsExactlyInAnyOrder("60", "62"));
    assertThat(count(INDEXES, erased)).isZero();
    assertThat(purges.unconfirmed().await().atMost(PATIENCE)).contains(new Purged(key, 1, 1));
  }

  /** Held readings that come after a purge wait in the same way. */
  @Test
  void shouldSweepNothingWhileTheDevicesKeyDoesNotOpenAndSweepWhenItDoes() throws Exception {
    UUID erased = clinic.patient("MRN-unswept-" + device);
    Wearings cut = worn(erased);
    KeySubject holder = KeySubject.device(clinic.organisation, clinic.device);
    purges
        .purge(PARTITION, 0, List.of(new ErasedKey(key, clinic.organisation, erased)), cut)
        .await()
        .atMost(PATIENCE);
    clinic.hold(3, List.of(heartRate(900, "60"), heartRate(1_500, "61")));
    await().until(() -> count(HELD, clinic.device) == 1);

    keys.spoil(holder);
    try {
      assertThatThrownBy(() -> purges.sweep(cut).await().atMost(PATIENCE))
          .isInstanceOf(KeysUnavailableException.class);
      assertThat(count(HELD, clinic.device)).isEqualTo(1);
    } finally {
      keys.mend(holder);
    }
    assertThat(heldValues()).containsExactlyInAnyOrder("60", "61");

    purges.sweep(cut).await().atMost(PATIENCE);

    await().untilAsserted(() -> assertThat(heldValues()).containsExactly("60"));
  }

  /** The clinic's device, from 1,000 until 2,000, and nothing else. */
  private Wearings worn(UUID patient) {
    Assignment assignment = new Assignment(UUID.randomUUID(), 1, patient, 1_000, 2_000);
    return new Wearings() {
      @Override
      public boolean known() {
        return true;
      }

      @Override
      public List<Worn> by(Set<UUID> patients) {
        return patients.contains(patient)
            ? List.of(new Worn(clinic.organisation, clinic.device, assignment))
            : List.of();
      }
    };
  }

  /** Those stay where they are: who began with them each time would never come to the last one. */
  @Test
  void shouldComePastHeldBlocksThatHaveNothingOfTheErased() throws Exception {
    Wearings.Worn worn =
        new Wearings.Worn(
            clinic.organisation,
            clinic.device,
            new Assignment(UUID.randomUUID(), 1, UUID.randomUUID(), 1_000, 2_000));
    for (int i = 0; i < 5; i++) {
      clinic.hold(3, List.of(heartRate(900 + i, "60"), heartRate(2_000, "61")));
    }
    clinic.hold(3, List.of(heartRate(900, "62"), heartRate(1_500, "63")));
    clinic.hold(3, List.of(heartRate(1_000, "64"), heartRate(2_000, "65")));
    await().until(() -> count(HELD, clinic.device) == 7);

    assertThat(new HeldCuts(blocks, sealing, 2, 10).of(List.of(worn)).await().atMost(PATIENCE))
        .extracting(cut -> cut.block().firstTimeMillis())
        .containsExactly(900L, 1_000L);
    assertThat(new HeldCuts(blocks, sealing, 1, 1).of(List.of(worn)).await().atMost(PATIENCE))
        .extracting(cut -> cut.block().firstTimeMillis())
        .containsExactly(900L);
  }

  private List<String> heldValues() {
    List<String> values = new ArrayList<>();
    for (VitalBlockStore.Committed held :
        blocks.latestOf(clinic.organisation, clinic.device, 100).await().atMost(PATIENCE)) {
      Opened opened =
          sealing
              .open(held.block().context(), Purpose.HOLD, held.block().envelope().toByteArray())
              .toCompletableFuture()
              .join();
      assertThat(opened).isInstanceOf(Opened.Plaintext.class);
      VitalBlock.decode(((Opened.Plaintext) opened).bytes())
          .readings()
          .forEach(reading -> values.add(((Reading.Quantity) reading).value().toPlainString()));
    }
    return values;
  }

  /** Two versions of a patient's key are two events, in whatever partitions. */
  @Test
  void shouldSayOfEachVersionOfAKeyThatThePatientIsPurged() throws Exception {
    UUID erased = clinic.patient("MRN-versions-" + device);
    worn = List.of(new Assignment(UUID.randomUUID(), 1, erased, 1_000, 2_000));
    held(21, 1_100, 1_200);
    long first = sink.position(PARTITION).await().atMost(PATIENCE);
    store(first, destroyed(erased));
    UUID second = UUID.randomUUID();
    store(first + 1, destroyed(second, erased));

    assertThat(purges.unconfirmed().await().atMost(PATIENCE))
        .contains(new Purged(key, 1, 1), new Purged(second, 0, 0));
  }

  private void sweep() {
    purges.sweep(wearings).await().atMost(PATIENCE);
  }

  private static long purgedEvents(UUID patient) {
    return AuditTopic.events().stream()
        .filter(event -> event.getAction() == AuditAction.AUDIT_ACTION_PATIENT_PURGED)
        .filter(event -> event.getPatientIdList().contains(patient.toString()))
        .count();
  }

  @Test
  void shouldComeBackWhileItIsNotKnownWhoWoreWhat() {
    known = false;
    long first = sink.position(PARTITION).await().atMost(PATIENCE);
    assertThatThrownBy(() -> store(first, destroyed(UUID.randomUUID())))
        .isInstanceOf(IllegalStateException.class);
    assertThat(sink.position(PARTITION).await().atMost(PATIENCE)).isEqualTo(first);
  }

  @Test
  void shouldPassByWhatIsNoDestructionOfAPatientsKey() {
    known = false;
    assertThat(store(7, new byte[] {1, 2, 3})).isEqualTo(new Outcome.Stored(8));
    assertThat(store(8, null)).isEqualTo(new Outcome.Stored(9));
    assertThat(store(9, KeyStateRecord.getDefaultInstance().toByteArray()))
        .isEqualTo(new Outcome.Stored(10));
  }

  private Outcome store(long offset, byte @Nullable [] value) {
    ConsumerRecord<byte[], byte @Nullable []> record =
        new ConsumerRecord<>(PARTITION.topic(), PARTITION.partition(), offset, new byte[0], value);
    return sink.store(PARTITION, offset, List.of(record)).await().atMost(PATIENCE);
  }

  private byte[] destroyed(UUID patient) {
    return destroyed(key, patient);
  }

  private byte[] destroyed(UUID key, UUID patient) {
    return KeyStateRecord.newBuilder()
        .setSubjectKey(
            SubjectKeyState.newBuilder()
                .setSubjectKeyId(key.toString())
                .setOrganisationId(clinic.organisation.toString())
                .setSubjectKind(KeySubjectKind.KEY_SUBJECT_KIND_PATIENT)
                .setSubjectId(patient.toString())
                .setState(KeyState.KEY_STATE_DESTROYED))
        .build()
        .toByteArray();
  }

  private void held(int offset, long from, long to) throws Exception {
    try (Connection database = TelemetryServers.bed().superuserConnection();
        PreparedStatement insert =
            database.prepareStatement(
                """
                INSERT INTO vital_block (partition, message_offset, organisation_id, subject_kind,
                  subject_id, source_id, device_id, first_time_ms, last_time_ms, schema_version,
                  assignment_version, received_at_ms, envelope)
                VALUES (?, ?, ?, 2, ?, ?, ?, ?, ?, 1, 0, ?, ?)\
                """)) {
      insert.setInt(1, OTHER_PARTITIONS);
      insert.setLong(2, offset);
      insert.setObject(3, clinic.organisation);
      insert.setObject(4, device);
      insert.setObject(5, device);
      insert.setObject(6, device);
      insert.setLong(7, from);
      insert.setLong(8, to);
      insert.setLong(9, to);
      insert.setBytes(10, ByteString.copyFromUtf8("sealed").toByteArray());
      insert.executeUpdate();
    }
  }

  /** A device may send late what it measured while somebody else wore it. */
  @Test
  void shouldDeleteRefusedInputByWhenItWasMeasuredAndWhatIsKeptWholeByWhenItCanHaveBeen()
      throws Exception {
    UUID erased = clinic.patient("MRN-measured-" + device);
    UUID gateway = UUID.randomUUID();
    UUID stranger = UUID.randomUUID();
    gateways = Set.of(gateway);
    long from = 1_800_000_000_000L;
    long until = from + Duration.ofHours(1).toMillis();
    long late = until + Duration.ofDays(29).toMillis();
    long tooLate = until + Duration.ofDays(31).toMillis();
    worn = List.of(new Assignment(UUID.randomUUID(), 1, erased, from, until));
    // Received when another wore it: of the erased, of the other, and of both.
    refused(31, device, late, "impossible-value", from, until - 1);
    refused(32, device, late, "impossible-value", until, late);
    refused(33, device, from + 1, "impossible-value", from - 2_000, from - 1_000);
    refused(34, device, late, "too-much-refused", until - 1, late);
    // Of before there were such times: what is whole says so.
    refused(35, device, late, "unreadable-here", null, null);
    refused(36, device, late, "impossible-value", null, null);
    refused(37, device, tooLate, "unreadable-here", null, null);
    // A gateway's that can be of this device, and its own.
    refused(41, gateway, late, "too-much-refused", null, null);
    refused(42, gateway, late, "not-your-device", from, from);
    refused(43, gateway, late, "impossible-value", from, from);
    refused(44, gateway, tooLate, "too-much-refused", until, tooLate);
    refused(45, stranger, late, "too-much-refused", from, late);

    store(sink.position(PARTITION).await().atMost(PATIENCE), destroyed(erased));

    assertThat(kept(device)).containsExactly(32L, 33L, 36L, 37L);
    assertThat(kept(gateway)).containsExactly(43L, 44L);
    assertThat(kept(stranger)).containsExactly(45L);
  }

  /** Both write the counts of several devices; a sink's batch in the order of their ids. */
  @Test
  void shouldNotComeToADeadlockWithWhoWritesRefusedInputOfTheSameDevices() throws Exception {
    UUID first = UUID.fromString("10000000-0000-4000-8000-" + device.toString().substring(24));
    UUID second = UUID.fromString("20000000-0000-4000-8000-" + device.toString().substring(24));
    UUID erased = UUID.randomUUID();
    refused(51, first, 1_100, null, null, null);
    refused(52, second, 1_100, null, null, null);
    Wearings both =
        new Wearings() {
          @Override
          public boolean known() {
            return true;
          }

          @Override
          public List<Worn> by(Set<UUID> patients) {
            Assignment worn = new Assignment(UUID.randomUUID(), 1, erased, 1_000, 2_000);
            return patients.contains(erased)
                ? List.of(
                    new Worn(clinic.organisation, second, worn),
                    new Worn(clinic.organisation, first, worn))
                : List.of();
          }
        };
    CompletableFuture<Void> purged;
    try (Connection writer = TelemetryServers.bed().superuserConnection();
        Statement statement = writer.createStatement()) {
      writer.setAutoCommit(false);
      statement.executeUpdate(counted(first));

      purged =
          purges
              .purge(PARTITION, 0, List.of(new ErasedKey(key, clinic.organisation, erased)), both)
              .subscribeAsCompletionStage();
      await().until(() -> waitsForTheWriter(writer));
      statement.executeUpdate(counted(second));
      writer.commit();
    }

    purged.get(30, TimeUnit.SECONDS);
    assertThat(kept(first)).isEmpty();
    assertThat(kept(second)).isEmpty();
  }

  private static String counted(UUID device) {
    return "UPDATE quarantine_held SET bytes = bytes WHERE device_id = '" + device + "'";
  }

  private static boolean waitsForTheWriter(Connection writer) throws Exception {
    int backend;
    try (Statement select = writer.createStatement();
        ResultSet row = select.executeQuery("SELECT pg_backend_pid()")) {
      row.next();
      backend = row.getInt(1);
    }
    try (Connection database = TelemetryServers.bed().superuserConnection();
        PreparedStatement select =
            database.prepareStatement(
                "SELECT count(*) FROM pg_stat_activity WHERE ? = ANY(pg_blocking_pids(pid))")) {
      select.setInt(1, backend);
      try (ResultSet rows = select.executeQuery()) {
        rows.next();
        return rows.getLong(1) > 0;
      }
    }
  }

  private static List<Long> kept(UUID device) throws Exception {
    List<Long> offsets = new ArrayList<>();
    try (Connection database = TelemetryServers.bed().superuserConnection();
        PreparedStatement select =
            database.prepareStatement(
                "SELECT message_offset FROM quarantine_record WHERE device_id = ? ORDER BY 1")) {
      select.setObject(1, device);
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          offsets.add(rows.getLong(1));
        }
      }
    }
    return offsets;
  }

  private void refused(int offset, long receivedAt) throws Exception {
    refused(offset, device, receivedAt, null, null, null);
  }

  private void refused(
      int offset,
      UUID of,
      long receivedAt,
      @Nullable String reason,
      @Nullable Long first,
      @Nullable Long last)
      throws Exception {
    try (Connection database = TelemetryServers.bed().superuserConnection();
        PreparedStatement insert =
            database.prepareStatement(
                """
                INSERT INTO quarantine_record (partition, message_offset, organisation_id,
                  device_id, received_at_ms, schema_version, envelope, reason, first_time_ms,
                  last_time_ms)
                VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?, ?)\
                """)) {
      insert.setInt(1, OTHER_PARTITIONS);
      insert.setLong(2, offset);
      insert.setObject(3, clinic.organisation);
      insert.setObject(4, of);
      insert.setLong(5, receivedAt);
      insert.setBytes(6, ByteString.copyFromUtf8("sealed").toByteArray());
      insert.setString(7, reason);
      insert.setObject(8, first, Types.BIGINT);
      insert.setObject(9, last, Types.BIGINT);
      insert.executeUpdate();
    }
  }

  private static long count(String sql, UUID id) throws Exception {
    try (Connection database = TelemetryServers.bed().superuserConnection();
        PreparedStatement select = database.prepareStatement(sql)) {
      select.setObject(1, id);
      try (ResultSet rows = select.executeQuery()) {
        rows.next();
        return rows.getLong(1);
      }
    }
  }
}
