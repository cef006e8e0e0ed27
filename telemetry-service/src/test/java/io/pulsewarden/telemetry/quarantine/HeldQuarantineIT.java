package io.pulsewarden.telemetry.quarantine;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pulsewarden.telemetry.TelemetryServers;
import io.pulsewarden.telemetry.quarantine.DecisionStore.Decision;
import io.pulsewarden.telemetry.quarantine.QuarantineStore.Place;
import io.pulsewarden.telemetry.store.ConsumerOffsetStore;
import io.pulsewarden.telemetry.store.PartitionSink.Outcome;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.LongStream;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What stands in quarantine is counted where it is written, decided about and purged. */
@QuarkusTest
@QuarkusTestResource(TelemetryServers.class)
class HeldQuarantineIT {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** No such topic is consumed. */
  private static final TopicPartition PARTITION = new TopicPartition("held-quarantine-it", 4_711);

  @Inject Pool pool;
  @Inject Vertx vertx;
  @Inject QuarantineStore quarantine;
  @Inject DecisionStore decisions;
  @Inject HeldQuarantineStore store;
  @Inject ConsumerOffsetStore offsets;

  private final UUID organisation = UUID.randomUUID();
  private final UUID device = UUID.randomUUID();
  private final UUID neighbour = UUID.randomUUID();
  private long next;
  private HeldQuarantineLifecycle held;

  @BeforeEach
  void open() {
    held = new HeldQuarantineLifecycle(vertx, store, new Limits(3, 40), new SimpleMeterRegistry());
    next = await(offsets.position(PARTITION));
  }

  @Test
  void shouldBeFullForOneDeviceUntilSomebodyDecides() {
    List<QuarantinedMessage> three = write(device, 3);
    write(neighbour, 2);
    look();

    assertThat(held.hasRoom(organisation, Set.of(device))).isFalse();
    assertThat(held.hasRoom(organisation, Set.of(neighbour))).isTrue();
    assertThat(held.hasRoom(organisation, Set.of(neighbour, device))).isFalse();
    assertThat(count(device)).isEqualTo(3);

    decide(three.getFirst());
    // Decided about already: it is counted down once.
    decide(three.getFirst());
    look();

    assertThat(held.hasRoom(organisation, Set.of(device))).isTrue();
    assertThat(count(device)).isEqualTo(2);
  }

  @Test
  void shouldBeFullForAnOrganisationAndNoOther() {
    for (int i = 0; i < 20; i++) {
      write(UUID.randomUUID(), 2);
    }
    look();

    assertThat(held.hasRoom(organisation, Set.of(UUID.randomUUID()))).isFalse();
    assertThat(held.hasRoom(organisation, Set.of())).isFalse();
    assertThat(held.hasRoom(UUID.randomUUID(), Set.of())).isTrue();
  }

  @Test
  void shouldLetNoMoreThroughThanMayStandThereWhileNobodyCanLook() {
    for (int i = 0; i < 3; i++) {
      assertThat(held.hasRoom(organisation, Set.of(device))).isTrue();
      held.came(organisation, Set.of(device), 1, 10);
    }
    assertThat(held.hasRoom(organisation, Set.of(device))).isFalse();
    assertThat(held.hasRoom(organisation, Set.of(neighbour))).isTrue();
    held.came(organisation, Set.of(neighbour), 1, 1_000_000);
    assertThat(held.hasRoom(organisation, Set.of())).as("bytes count, too").isFalse();
    assertThat(held.hasRoom(UUID.randomUUID(), Set.of())).isTrue();

    // What stands there is known again.
    look();

    assertThat(held.hasRoom(organisation, Set.of(device, neighbour))).isTrue();
  }

  @Test
  void shouldCountWhatIsReadAgainOnceAndForgetWhatIsPurged() {
    List<QuarantinedMessage> three = write(device, 3);
    // As from a restored database: the partition is read again from an earlier place.
    await(
        pool.preparedQuery(
                "UPDATE consumer_offset SET next_offset = $3 WHERE topic = $1 AND partition = $2")
            .execute(Tuple.of(PARTITION.topic(), PARTITION.partition(), next - 3)));
    next -= 3;
    write(three);
    assertThat(count(device)).isEqualTo(3);

    decide(three.getFirst());
    await(
        pool.preparedQuery("DELETE FROM quarantine_record WHERE device_id = $1")
            .execute(Tuple.of(device)));
    look();

    assertThat(count(device)).isZero();
    assertThat(held.hasRoom(organisation, Set.of(device))).isTrue();
  }

  @Test
  void shouldEndAPageWhereItsInputsWouldBeManyBytes() {
    List<QuarantinedMessage> written = write(device, 5);

    // Each is "sealed": two of them fit, and one of them always does.
    assertThat(page(Place.LATEST, 10, 13).messages()).isEqualTo(newest(written, 0, 2));
    assertThat(page(Place.LATEST, 10, 13).more()).isTrue();
    assertThat(page(Place.of(written.get(3)), 10, 5).messages()).isEqualTo(newest(written, 2, 3));
    assertThat(page(Place.of(written.get(3)), 2, 1_000).messages())
        .isEqualTo(newest(written, 2, 4));
    assertThat(page(Place.of(written.get(1)), 1, 1_000))
        .isEqualTo(new QuarantineStore.Page(newest(written, 4, 5), false));
    assertThat(page(Place.of(written.get(0)), 1, 1_000))
        .isEqualTo(new QuarantineStore.Page(List.of(), false));
    assertThat(await(quarantine.page(organisation, null, Place.LATEST, 5, 1_000)).messages())
        .isEqualTo(newest(written, 0, 5));
  }

  /** As where inputs came while the table was made: nothing would ever count them. */
  @Test
  void shouldCountAnewWhatWasNeverCountedOrNeverCountedDown() throws Exception {
    write(device, 3);
    decide(write(neighbour, 1).getFirst());
    try (Connection database = TelemetryServers.bed().superuserConnection();
        Statement statement = database.createStatement()) {
      database.setAutoCommit(false);
      statement.execute("UPDATE quarantine_held SET inputs = 1 WHERE device_id = '" + device + "'");
      statement.execute(
          "INSERT INTO quarantine_held VALUES ('%s', '%s', 1, 6)"
              .formatted(organisation, neighbour));
      statement.execute(
          Files.readString(
              Path.of("src/main/resources/db/migration/V99__quarantine_recounted.sql")));
      database.commit();
    }

    assertThat(count(device)).isEqualTo(3);
    assertThat(count(neighbour)).isZero();
  }

  private QuarantineStore.Page page(Place after, int limit, long bytes) {
    return await(quarantine.page(organisation, device, after, limit, bytes));
  }

  private static List<QuarantinedMessage> newest(
      List<QuarantinedMessage> written, int from, int until) {
    return written.reversed().subList(from, until);
  }

  private List<QuarantinedMessage> write(UUID of, int messages) {
    List<QuarantinedMessage> written =
        LongStream.range(next, next + messages)
            .mapToObj(
                offset ->
                    new QuarantinedMessage(
                        PARTITION.partition(),
                        offset,
                        organisation,
                        of,
                        1_800_000_000_000L,
                        1,
                        "unknown-code",
                        new QuarantinedMessage.Measured(1_799_999_000_000L, 1_800_000_000_000L),
                        ByteString.copyFromUtf8("sealed")))
            .toList();
    write(written);
    return written;
  }

  private void write(List<QuarantinedMessage> messages) {
    long after = next + messages.size();
    Outcome outcome =
        await(quarantine.write(PARTITION, next, after, messages, List.of(), List.of()));
    assertThat(outcome).isEqualTo(new Outcome.Stored(after));
    next = after;
  }

  private void decide(QuarantinedMessage message) {
    await(
        decisions.decide(
            message, Decision.DISCARDED, "somebody", "known-fault", List.of(), Optional.empty()));
  }

  private void look() {
    held.look().await().atMost(PATIENCE);
  }

  private long count(UUID of) {
    var rows =
        await(
            pool.preparedQuery("SELECT inputs, bytes FROM quarantine_held WHERE device_id = $1")
                .execute(Tuple.of(of)));
    if (rows.size() == 0) {
      return 0;
    }
    var row = rows.iterator().next();
    assertThat(row.getLong(1)).isEqualTo(row.getLong(0) * "sealed".length());
    return row.getLong(0);
  }

  private static <T> T await(Uni<T> step) {
    return step.await().atMost(PATIENCE);
  }

  private record Limits(long deviceInputs, long organisationInputs)
      implements HeldQuarantineConfiguration {
    @Override
    public long deviceBytes() {
      return 1_000_000;
    }

    @Override
    public long organisationBytes() {
      return 1_000_000;
    }

    @Override
    public Duration lookedEach() {
      return Duration.ofSeconds(1);
    }
  }
}
