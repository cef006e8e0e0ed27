package io.pulsewarden.telemetry.store;

import static io.pulsewarden.telemetry.Clinic.heartRate;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pulsewarden.auditclient.AuditEvents;
import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.envelope.BaseKey;
import io.pulsewarden.telemetry.AuditTopic;
import io.pulsewarden.telemetry.Clinic;
import io.pulsewarden.telemetry.TelemetryServers;
import io.pulsewarden.telemetry.gap.GapReports;
import io.pulsewarden.telemetry.keys.BaseKeys;
import io.pulsewarden.telemetry.keys.GivenUpDevices;
import io.pulsewarden.telemetry.keys.InMemoryBaseKeys;
import io.pulsewarden.telemetry.keys.KeyAnswer;
import io.pulsewarden.telemetry.keys.KeyRequest;
import io.pulsewarden.telemetry.keys.KeySubject;
import io.pulsewarden.telemetry.keys.Purpose;
import io.pulsewarden.telemetry.keys.Sealers;
import io.pulsewarden.telemetry.keys.Sealing;
import io.pulsewarden.telemetry.store.PartitionSink.Outcome;
import io.pulsewarden.telemetry.vitals.CanonicalRecord;
import io.pulsewarden.telemetry.vitals.Reading;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On partitions that Kafka does not have, so that nobody else reads them. */
@QuarkusTest
@QuarkusTestResource(TelemetryServers.class)
class VitalsSinkIT {

  private static final AtomicInteger PARTITIONS = new AtomicInteger(1_000);
  private static final long TIME = 1_795_000_000_000L;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TestHTTPResource(value = "/", tls = true)
  URI base;

  @Inject VitalsSink sink;
  @Inject StoredRangeStore ranges;
  @Inject VitalBlockStore blocks;
  @Inject RangeLeavesStore leaves;
  @Inject GapReports gaps;
  @Inject InMemoryBaseKeys keys;
  @Inject Sealing sealing;
  @Inject ConsumerOffsetStore offsets;
  @Inject AuditEvents events;
  @Inject Pool pool;

  private final TopicPartition partition =
      new TopicPartition("telemetry.vitals.v1", PARTITIONS.incrementAndGet());
  private final UUID patient = UUID.randomUUID();
  private Clinic clinic;

  @BeforeEach
  void open() {
    clinic = new Clinic(base, sealing);
    // As a consumer does on assignment: asking for the place makes the row that is compared.
    assertThat(position()).isZero();
  }

  @AfterEach
  void close() {
    clinic.close();
  }

  @Test
  void shouldStoreForOneOfTwoThatBelieveToOwnAPartition() {
    List<ConsumerRecord<byte[], byte @Nullable []>> records =
        List.of(message(0, heartRate(TIME, "62.8")), message(1, heartRate(TIME + 1, "63")));

    assertThat(store(0, records)).isEqualTo(new Outcome.Stored(2));
    assertThat(store(0, records)).isEqualTo(new Outcome.Superseded());
    assertThat(position()).isEqualTo(2);
    assertThat(stored()).isEqualTo(2);
  }

  @Test
  void shouldWaitForAKeyThatDoesNotOpenAndStoreOnceItDoes() {
    KeySubject subject = KeySubject.patient(clinic.organisation, patient);
    List<ConsumerRecord<byte[], byte @Nullable []>> records =
        List.of(message(0, heartRate(TIME, "62.8")));
    keys.spoil(subject);

    assertThatThrownBy(() -> store(0, records)).hasMessageContaining("does not open now");
    assertThat(position()).as("nothing was put aside").isZero();

    keys.mend(subject);
    assertThat(store(0, records)).isEqualTo(new Outcome.Stored(1));
    assertThat(stored()).isEqualTo(1);
  }

  /** Of a patient, an erasure is the way out; a device is not erased. */
  @Test
  void shouldGoOnPastWhatADeviceHoldsThatWasGivenUpAndTakeItBackOnceItOpens() throws Exception {
    KeySubject subject = KeySubject.device(clinic.organisation, clinic.device);
    List<ConsumerRecord<byte[], byte @Nullable []>> records =
        List.of(
            message(0, heartRate(TIME, "62")),
            held(1, heartRate(TIME + 1, "63")),
            message(2, heartRate(TIME + 2, "64")));
    keys.spoil(subject);
    assertThatThrownBy(() -> store(0, records)).hasMessageContaining("does not open now");

    Outcome outcome = givingUp(keys).store(partition, 0, records).await().atMost(PATIENCE);

    assertThat(outcome).isEqualTo(new Outcome.Stored(3));
    assertThat(stored()).isEqualTo(2);
    assertThat(putAside()).isEqualTo(1);
    await()
        .untilAsserted(
            () ->
                assertThat(AuditTopic.eventsOf(clinic.organisation))
                    .filteredOn(
                        event -> event.getAction() == AuditAction.AUDIT_ACTION_READINGS_GIVEN_UP)
                    .singleElement()
                    .satisfies(
                        event -> {
                          assertThat(event.getReasonCode()).isEqualTo("unusable-key");
                          assertThat(event.getEntity(0).getId())
                              .isEqualTo(clinic.device.toString());
                          assertThat(event.getEntity(1).getCount()).isEqualTo(1);
                        }));

    // The KEK version came back from a snapshot, and somebody does what the runbook says.
    keys.mend(subject);
    try (Connection database = TelemetryServers.bed().superuserConnection();
        Statement statement = database.createStatement()) {
      assertThat(statement.executeUpdate(statementOfTheRunbook())).isPositive();
    }

    await().until(() -> stored() == 3);
    assertThat(putAside()).isZero();
  }

  @Test
  void shouldPutAsideWhatOpensAndCanNotBeProvenOfADeviceThatWasGivenUp() throws Exception {
    // Permanent keys stay with a subject's first: a device that was rotated has no other.
    BaseKeys rotated =
        requests ->
            keys.all(requests)
                .thenApply(
                    answers ->
                        IntStream.range(0, answers.size())
                            .mapToObj(
                                i ->
                                    requests.get(i) instanceof KeyRequest.Current(var of, var what)
                                            && what == Purpose.RECEIPT
                                            && of.kind() == KeySubject.Kind.DEVICE
                                        ? new KeyAnswer.Unusable()
                                        : answers.get(i))
                            .toList());
    List<ConsumerRecord<byte[], byte @Nullable []>> records =
        List.of(message(0, heartRate(TIME, "62")), held(1, heartRate(TIME + 1, "63")));

    Outcome outcome = givingUp(rotated).store(partition, 0, records).await().atMost(PATIENCE);

    assertThat(outcome).isEqualTo(new Outcome.Stored(2));
    assertThat(stored()).isEqualTo(1);
    assertThat(putAside()).isEqualTo(1);
  }

  /** A sink that was told to wait no more for the clinic's device. */
  private VitalsSink givingUp(BaseKeys keys) {
    GivenUpDevices givenUp = new GivenUpDevices(Set.of(clinic.device));
    return new VitalsSink(
        offsets,
        new GatheredWrites(
            new StoredBatchStore(pool, _ -> true, true),
            Runnable::run,
            Duration.ofSeconds(30),
            new SimpleMeterRegistry()),
        new Sealing(keys, new Sealers(2), givenUp),
        new BatchDigester(keys, events, AuditEvents.service("test"), givenUp),
        new SimpleMeterRegistry());
  }

  private ConsumerRecord<byte[], byte @Nullable []> held(long offset, Reading... readings) {
    return new ConsumerRecord<>(
        partition.topic(),
        partition.partition(),
        offset,
        new byte[0],
        clinic.held(1, List.of(readings)).toByteArray());
  }

  private long putAside() throws SQLException {
    try (Connection database = TelemetryServers.bed().superuserConnection();
        Statement statement = database.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT count(*) FROM unreadable_message WHERE reason = 'unusable-key'"
                    + " AND partition = "
                    + partition.partition())) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private static String statementOfTheRunbook() throws IOException {
    String page = Files.readString(Path.of("..", "docs", "runbook.md"));
    int begin = page.indexOf("```sql") + "```sql".length();
    return page.substring(begin, page.indexOf("```", begin));
  }

  @Test
  void shouldGoOnWhereTheDatabaseStands() {
    store(0, List.of(message(0, heartRate(TIME, "62.8"))));

    assertThat(store(7, List.of(message(7, heartRate(TIME, "63")))))
        .isEqualTo(new Outcome.Superseded());
    assertThat(store(1, List.of(message(1, heartRate(TIME, "63")))))
        .isEqualTo(new Outcome.Stored(2));
    assertThat(stored()).isEqualTo(2);
  }

  @Test
  void shouldProveEachReadingOfARange() {
    Reading first = heartRate(TIME, "62.8");
    Reading second = heartRate(TIME + 1, "63");
    Reading third = heartRate(TIME + 2, "64");
    store(0, List.of(message(0, first, second), message(1, third)));

    StoredRangeStore.Range range =
        ranges
            .covering(partition.topic(), partition.partition(), 1)
            .await()
            .atMost(PATIENCE)
            .orElseThrow();
    assertThat(range.firstOffset()).isZero();
    assertThat(range.lastOffset()).isEqualTo(1);
    assertThat(range.recordCount()).isEqualTo(3);
    assertThat(range.merkleRoot().toByteArray())
        .isEqualTo(MerkleTree.root(List.of(entry(first), entry(second), entry(third))))
        .isNotEqualTo(MerkleTree.root(List.of(entry(second), entry(first), entry(third))));
    assertThat(
            ranges.covering(partition.topic(), partition.partition(), 2).await().atMost(PATIENCE))
        .isEmpty();
  }

  @Test
  void shouldKeepLeavesAsLongAsReceiptsAreGivenAndRootsForEver() throws SQLException {
    store(0, List.of(message(0, heartRate(TIME, "62.8")), message(1, heartRate(TIME + 1, "63"))));
    StoredRangeStore.Range range = range(0);
    RangeLeaves found = leaves.find(range).await().atMost(PATIENCE).orElseThrow();
    assertThat(found.firstOf(1)).hasValue(1);
    assertThat(found.paths().of(0)).containsExactly(found.leaf(1));

    assertThat(leaves.prune(Duration.ofDays(90)).await().atMost(PATIENCE)).isFalse();
    assertThat(leaves.find(range).await().atMost(PATIENCE)).isPresent();
    try (Connection database = TelemetryServers.bed().superuserConnection();
        Statement statement = database.createStatement()) {
      statement.executeUpdate(
          "UPDATE range_leaves SET stored_at = now() - interval '91 days' WHERE partition = "
              + partition.partition());
    }
    leaves.prune(Duration.ofDays(90)).await().atMost(PATIENCE);

    assertThat(leaves.find(range).await().atMost(PATIENCE)).isEmpty();
    assertThat(range(0).merkleRoot()).isEqualTo(range.merkleRoot());
  }

  @Test
  void shouldCountANumberedMessageOnceHoweverOftenKafkaBringsIt() {
    List<ConsumerRecord<byte[], byte @Nullable []>> first = List.of(numbered(0, 5), numbered(1, 8));
    store(0, first);
    // A second instance that believes to own the partition, and one that begins anew.
    assertThat(store(0, first)).isEqualTo(new Outcome.Superseded());
    store(2, List.of(numbered(2, 6), numbered(3, 6)));

    GapReports.Report report =
        gaps.of(clinic.organisation, clinic.device).await().atMost(PATIENCE).orElseThrow();
    assertThat(report.numbers().received()).isEqualTo(3);
    assertThat(report.numbers().late()).isEqualTo(1);
    assertThat(report.gaps())
        .singleElement()
        .satisfies(
            gap -> {
              assertThat(gap.first()).isEqualTo(7);
              assertThat(gap.last()).isEqualTo(7);
              assertThat(gap.patientBefore()).isEqualTo(patient);
            });
  }

  @Test
  void shouldCountOneAfterTheOtherWhereTwoPartitionsHaveMessagesOfOneSender() throws Exception {
    List<TopicPartition> partitions = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      partitions.add(new TopicPartition(partition.topic(), PARTITIONS.incrementAndGet()));
      sink.position(partitions.getLast()).await().atMost(PATIENCE);
    }
    List<Future<?>> storing = new ArrayList<>();
    try (ExecutorService instances = Executors.newFixedThreadPool(4)) {
      for (int i = 0; i < 4; i++) {
        int mine = i;
        storing.add(
            instances.submit(
                () -> {
                  for (int n = 0; n < 10; n++) {
                    // 0, 4, 8 .. by the first, 1, 5, 9 .. by the second.
                    sink.store(partitions.get(mine), n, List.of(numbered(n, n * 4L + mine)))
                        .await()
                        .atMost(PATIENCE);
                  }
                }));
      }
    }
    for (Future<?> done : storing) {
      done.get();
    }

    GapReports.Report report =
        gaps.of(clinic.organisation, clinic.device).await().atMost(PATIENCE).orElseThrow();
    assertThat(report.numbers().newest()).isEqualTo(39);
    // What came before the first that was seen is not missed.
    assertThat(report.gaps()).isEmpty();
    assertThat(report.numbers().run()).isZero();
  }

  private StoredRangeStore.Range range(long offset) {
    return ranges
        .covering(partition.topic(), partition.partition(), offset)
        .await()
        .atMost(PATIENCE)
        .orElseThrow();
  }

  private ConsumerRecord<byte[], byte @Nullable []> numbered(long offset, long sequence) {
    byte[] value =
        clinic.vitals(patient, List.of(heartRate(TIME + sequence, "62"))).toBuilder()
            .setSequence(sequence)
            .setReceivedAtMs(TIME + sequence)
            .build()
            .toByteArray();
    return new ConsumerRecord<>(
        partition.topic(), partition.partition(), offset, new byte[0], value);
  }

  private byte[] entry(Reading reading) {
    CanonicalRecord record = new CanonicalRecord(patient, clinic.device, clinic.device, reading);
    KeyAnswer answer =
        keys.current(KeySubject.patient(clinic.organisation, patient), Purpose.RECEIPT)
            .toCompletableFuture()
            .join();
    assertThat(answer).isInstanceOf(KeyAnswer.Available.class);
    try (BaseKey key = ((KeyAnswer.Available) answer).baseKey()) {
      return RecordProof.entry(RecordProof.salt(key, record), record);
    }
  }

  private ConsumerRecord<byte[], byte @Nullable []> message(long offset, Reading... readings) {
    return new ConsumerRecord<>(
        partition.topic(),
        partition.partition(),
        offset,
        new byte[0],
        clinic.vitals(patient, List.of(readings)).toByteArray());
  }

  private Outcome store(long expected, List<ConsumerRecord<byte[], byte @Nullable []>> records) {
    return sink.store(partition, expected, new ArrayList<>(records)).await().atMost(PATIENCE);
  }

  private long position() {
    return sink.position(partition).await().atMost(PATIENCE);
  }

  private int stored() {
    return blocks.latestOf(clinic.organisation, clinic.device, 100).await().atMost(PATIENCE).size();
  }
}
