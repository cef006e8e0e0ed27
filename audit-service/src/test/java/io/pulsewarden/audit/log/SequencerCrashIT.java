package io.pulsewarden.audit.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.pulsewarden.audit.checkpoint.SigningKeyFile;
import io.pulsewarden.contracts.audit.v1.AuditRecord;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The same on a real PostgreSQL, with the service's role; and what only a real one can do. */
class SequencerCrashIT implements EveryStepFailsContract, RestoredDatabaseContract {

  private static final String END_SESSIONS =
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'audit_service'";

  @TempDir static Path servers;
  private static @Nullable AuditDatabase running;

  @BeforeAll
  static void start() throws Exception {
    running = AuditDatabase.start(servers);
  }

  @AfterAll
  static void stop() {
    database().close();
  }

  private static AuditDatabase database() {
    return Objects.requireNonNull(running);
  }

  private final LogUnderTest postgres = new InPostgres();
  private @Nullable SequencerRuns runs;

  @BeforeEach
  void write(@TempDir Path folder) throws Exception {
    runs = new SequencerRuns(folder, postgres);
  }

  @Override
  public LogUnderTest log() {
    return postgres;
  }

  @Override
  public SequencerRuns runs() {
    return Objects.requireNonNull(runs);
  }

  private static final class InPostgres implements LogUnderTest {
    @Override
    public LogState begin() {
      database().empty();
      return current();
    }

    @Override
    public LogState current() {
      return database().store();
    }

    @Override
    public void backUp() {
      database().backUp();
    }

    @Override
    public void restore() {
      database().restore();
    }

    @Override
    public List<ByteString> leaves() {
      return database().store().leaves(0, 10_000);
    }

    @Override
    public int batch() {
      return 60;
    }
  }

  @Test
  void shouldNotForkWhenOneIsPausedInTheMiddleOfItsTransaction() throws Exception {
    // Given one that has moved the head and not yet added its leaves, and another that has read
    // the same head
    postgres.begin();
    runs().run("log", postgres.batch());
    TreeHead before = database().store().head();
    LogStore impatient = database().store(Duration.ofSeconds(1));
    Sequencer paused = runs().sequencer("log", "paused", () -> impatient);
    Sequencer other = runs().sequencer("log", "other");
    try (Connection lock = database().superuser()) {
      pauseInserts(lock);
      Thread pausing = Thread.ofPlatform().start(paused);
      awaitWaiting(1);
      long first = waiting().getFirst();

      // And which has given up, while the database is still at it: its next try waits behind that
      await().atMost(SOON).until(() -> paused.standing() == Sequencer.Standing.FAILED);
      await().atMost(SOON).until(() -> waiting().size() > 1);
      Thread waits = Thread.ofPlatform().start(other);
      await().atMost(SOON).until(() -> waiting().size() > 2);
      assertThat(waiting()).contains(first);
      assertThat(database().store().head()).isEqualTo(before);

      // When the database goes on with it
      lock.rollback();
      pausing.join();
      waits.join();
    }

    // Then nobody knows whose commit it was, and it was one
    assertThat(postgres.leaves()).isEqualTo(runs().expected());
    runs().assertAllPublishedHold("log");
  }

  @Test
  void shouldGoOnWithTheOtherWhenTheDatabaseLosesThePausedOne() throws Exception {
    // Given the same, and a server that ends the paused one's session
    postgres.begin();
    runs().run("log", postgres.batch());
    try (Connection lock = database().superuser()) {
      pauseInserts(lock);
      Thread paused = Thread.ofPlatform().start(runs().sequencer("log", "paused"));
      awaitWaiting(1);
      long pid = waiting().getFirst();
      Thread other = Thread.ofPlatform().start(runs().sequencer("log", "other"));
      awaitWaiting(2);
      database().execute("SELECT pg_terminate_backend(" + pid + ")");
      await().atMost(SOON).until(() -> !waiting().contains(pid));

      // When both go on, the paused one with an error for an answer
      lock.rollback();
      paused.join();
      other.join();
    }

    // Then
    assertThat(postgres.leaves()).isEqualTo(runs().expected());
    runs().assertAllPublishedHold("log");
  }

  @Test
  void shouldGoOnWhereItWasWhenAReadOnlyDatabaseCanBeWrittenAgain() throws Exception {
    assertGoesOn(
        "ALTER ROLE audit_service SET default_transaction_read_only = on",
        "ALTER ROLE audit_service RESET default_transaction_read_only");
  }

  /** A stand-in for a disk: the server's own error of a full one, raised where leaves are added. */
  @Test
  void shouldGoOnWhereItWasWhenAFullDatabaseHasRoomAgain() throws Exception {
    database()
        .execute(
            """
            CREATE OR REPLACE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN RAISE EXCEPTION 'no space left on device' USING ERRCODE = 'disk_full'; END $$\
            """);
    assertGoesOn(
        "CREATE TRIGGER full_disk BEFORE INSERT ON log_leaf EXECUTE FUNCTION no_room()",
        "DROP TRIGGER full_disk ON log_leaf");
  }

  @Test
  void shouldShowTheNewestCheckpointThatHasItsQuorum() throws Exception {
    // Given a log whose newest checkpoint one witness has cosigned, and two an earlier one
    LogState durable = postgres.begin();
    runs().run("log");
    long newest = durable.newestSigned().orElseThrow().size();
    LogStore two = database().store(2);
    assertThat(two.latestCheckpoint()).isEmpty();
    assertThat(two.publishedOffset()).isEmpty();

    // When
    durable.storeCosigned(50, "one of 50", 1);
    durable.storeCosigned(50, "two of 50", 2);
    durable.storeCosigned(newest, "one of the newest", 1);
    durable.storeCosigned(newest, "another of the newest", 1);

    // Then
    assertThat(two.latestCheckpoint()).contains(new LogStore.StoredCheckpoint(50, "two of 50"));
    assertThat(two.publishedOffset().getAsLong()).isBetween(40L, 49L);
    assertThat(database().store(1).latestCheckpoint())
        .contains(new LogStore.StoredCheckpoint(newest, "one of the newest"));
    assertThat(database().store().latestCheckpoint())
        .contains(new LogStore.StoredCheckpoint(newest, "one of the newest"));
    assertThat(durable.newestSigned().orElseThrow().note()).startsWith(SequencerRuns.ORIGIN);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // The whole search index, with what says that there is one.
        "TRUNCATE index_entry, index_patient, index_entity, index_finding, index_built,"
            + " index_generation",
        // What a migration leaves: chains have to be read from the entries.
        "TRUNCATE chain_state, chain_run; UPDATE chain_head SET size = 0"
      })
  void shouldFindNothingWrongWithoutWhatIsDerived(String emptied) throws Exception {
    // Given a log with chains that go on, and a database that lost what follows from the entries
    LogState durable = postgres.begin();
    runs().run("log", 2 * postgres.batch());
    long before = durable.head().size();
    database().execute(emptied);

    // When a sequencer that remembers nothing adds the rest
    runs().run("log");

    // Then it is the log that the topic gives: no finding more, and what comes twice is known
    assertThat(durable.head().size()).isGreaterThan(before);
    assertThat(postgres.leaves()).isEqualTo(runs().expected());
    runs().assertAllPublishedHold("log");
  }

  /** What a producer with a good certificate can make the database remember, and a lookup read. */
  @Test
  void shouldRememberSoMuchOfAProducerThatGoesToAndFro(@TempDir Path folder) throws Exception {
    // Given a chain that goes to and fro over the same places, and sends some of it again
    LogState durable = postgres.begin();
    TopicScript topic = new TopicScript(folder);
    AuditRecord.Builder record =
        AuditRecord.newBuilder()
            .setService("telemetry-service")
            .setIncarnation(ByteString.copyFrom(new byte[16]))
            .setPreviousHash(ByteString.copyFrom(new byte[32]));
    for (int i = 0; i < 300; i++) {
      ByteString first = record.setSequence(0).setRecordedAtMs(i).build().toByteString();
      topic.send(first, record.setSequence(255).build().toByteString());
      if (i % 10 == 0) {
        topic.send(first, record.setSequence(100).build().toByteString());
      }
    }
    int sent = topic.size();

    // When sequencers that remember nothing add it in many batches
    append(topic, 0, 97);

    // Then all of it is in the log, and what is to be found again is bounded
    assertThat(postgres.leaves()).isEqualTo(values(topic));
    assertRemembered(durable);

    // And so it is when the entries have to be read for it, and the chain goes on
    database().execute("TRUNCATE chain_state, chain_run", "UPDATE chain_head SET size = 0");
    topic.send(record.setSequence(7).build().toByteString());
    topic.send(record.setSequence(255).setRecordedAtMs(0).build().toByteString());
    append(topic, sent, 1);
    assertThat(postgres.leaves()).isEqualTo(values(topic));
    assertRemembered(durable);
  }

  private static void assertRemembered(LogState durable) throws SQLException {
    ChainId chain = new ChainId("telemetry-service", ByteString.copyFrom(new byte[16]));
    assertThat(sizes("SELECT count(*) FROM chain_run WHERE stray_hash IS NOT NULL"))
        .containsExactly((long) ChainPosition.MOST_STRAYS);
    assertThat(sizes("SELECT count(*) FROM chain_run WHERE stray_hash IS NULL"))
        .containsExactly(1L);
    assertThat(durable.strays(chain)).isEqualTo(ChainPosition.MOST_STRAYS);
    // The place's own record, and each of the strays once over all places.
    assertThat(
            durable.at(chain, 0).size()
                + durable.at(chain, 100).size()
                + durable.at(chain, 255).size())
        .isEqualTo(2 + ChainPosition.MOST_STRAYS);
    assertThat(durable.last(chain).orElseThrow().sequence()).isEqualTo(255);
  }

  private static void append(TopicScript topic, int from, int batch) {
    HeadCheck heads = TopicScript.heads();
    for (int at = from; at < topic.size(); at += batch) {
      LogAppender fresh = new LogAppender(database().store(), heads);
      assertThat(fresh.append(topic.read(at, Math.min(topic.size(), at + batch))))
          .isInstanceOf(AppendOutcome.Committed.class);
    }
  }

  private static List<ByteString> values(TopicScript topic) {
    return topic.log(1000).stream().map(Leaf::value).toList();
  }

  @Test
  void shouldHoldWhatWasPublishedWhenOldCheckpointsAreThinned() throws Exception {
    // Given a log of two days long ago, cosigned, and of today
    LogState durable = postgres.begin();
    runs().run("log");
    long newest = durable.newestSigned().orElseThrow().size();
    for (long size : new long[] {10, 20, 30}) {
      durable.storeCheckpoint(size, "old");
      durable.storeCosigned(size, "old and cosigned", 1);
    }
    durable.storeCosigned(20, "more", 2);
    database()
        .execute(
            "UPDATE log_checkpoint SET signed_at = '2020-01-02T00:30Z' WHERE note = 'old'",
            "UPDATE log_checkpoint SET signed_at = '2020-01-01T23:30Z'"
                + " WHERE note = 'old' AND size < 20",
            "UPDATE log_cosigned SET cosigned_at = '2020-01-01T12:00Z'");

    // When
    long gone = database().store().thinCheckpoints();

    // Then the last of each day is left, and of each number of witnesses
    assertThat(gone).isEqualTo(3);
    assertThat(sizes("SELECT size FROM log_checkpoint WHERE note = 'old' ORDER BY size"))
        .containsExactly(10L, 30L);
    assertThat(sizes("SELECT size FROM log_cosigned ORDER BY size")).containsExactly(20L, 30L);
    assertThat(durable.newestSigned().orElseThrow().size()).isEqualTo(newest);
    assertThat(database().store().thinCheckpoints()).isZero();
    runs().assertAllPublishedHold("log");
  }

  private static List<Long> sizes(String sql) throws SQLException {
    List<Long> sizes = new ArrayList<>();
    try (Connection connection = database().superuser();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        sizes.add(rows.getLong(1));
      }
    }
    return sizes;
  }

  @Test
  void shouldGoOnWhereItWasWhenItsMissingKeyIsBack() throws Exception {
    Path key = runs().key("log");
    Path away = key.resolveSibling("away");
    assertGoesOn(() -> Files.move(key, away), () -> Files.move(away, key));
  }

  @Test
  void shouldGoOnWhereItWasWhenItsReplacedKeyIsBack() throws Exception {
    Path key = runs().key("log");
    Path away = key.resolveSibling("away");
    assertGoesOn(
        () -> {
          Files.move(key, away);
          new SigningKeyFile(key).create();
        },
        () -> Files.move(away, key, StandardCopyOption.REPLACE_EXISTING));
  }

  @ParameterizedTest
  @EnumSource(Faulty.Fault.class)
  void shouldPublishWhatWasCosignedWhateverBecomesOfStoringIt(
      Faulty.Fault fault, @TempDir Path folder) throws Exception {
    // Given a log, its witness, and a database whose answer is lost
    LogState durable = postgres.begin();
    runs().run("log");
    try (CosigningBed bed = new CosigningBed(folder)) {
      TestWitness witness =
          TestWitness.ours(folder, bed.ca(), "one", durable.verifierKey().orElseThrow());
      bed.stopLater(witness);
      FaultyState lost = runs().state(new Faulty(0, fault));
      CosignedPublisher failing = bed.publisher(lost, witness);
      assertThatThrownBy(failing::round).hasMessageContaining("answer was lost");
      assertThat(durable.newestCosigned(1).isPresent())
          .isEqualTo(fault == Faulty.Fault.FAILED_BUT_PERSISTED);

      // When another instance begins
      CosignedPublisher anew = bed.publisher(runs().state(Faulty.never()), witness);
      anew.round();
      anew.round();

      // Then what is published is the newest that was signed, with one line of the witness
      LogStore published = database().store(1);
      assertThat(published.latestCheckpoint().orElseThrow().size()).isEqualTo(runs().newest());
      assertThat(published.latestCheckpoint().orElseThrow().note().lines())
          .filteredOn(line -> line.startsWith("\u2014 w.example/one "))
          .hasSize(1);
      assertThat(sizes("SELECT size FROM log_cosigned")).containsExactly(runs().newest());
    }
  }

  private void assertGoesOn(String bad, String good) throws Exception {
    assertGoesOn(
        () -> database().execute(bad, END_SESSIONS), () -> database().execute(good, END_SESSIONS));
  }

  /** What is done to what the log needs. */
  private interface Deed {
    void done() throws Exception;
  }

  private void assertGoesOn(Deed bad, Deed good) throws Exception {
    // Given a log, and something without which nothing more can be published
    LogState durable = postgres.begin();
    runs().run("log", postgres.batch());
    TreeHead before = durable.head();
    long signed = runs().newest();
    bad.done();
    Sequencer sequencer = runs().sequencer("log", "log");
    Thread thread = Thread.ofPlatform().start(sequencer);
    try {
      await().atMost(SOON).until(() -> sequencer.standing() == Sequencer.Standing.FAILED);
      assertThat(database().store().head()).isEqualTo(before);
      assertThat(sequencer.standing().isReady()).isFalse();
      assertThat(runs().newest()).isEqualTo(signed);
    } finally {
      // When it is there again
      good.done();
    }
    thread.join();

    // Then nothing is missing, and nothing was signed twice
    assertThat(sequencer.standing()).isEqualTo(Sequencer.Standing.WORKING);
    assertThat(postgres.leaves()).isEqualTo(runs().expected());
    runs().assertAllPublishedHold("log");
  }

  /** Reading goes on; whoever adds leaves waits until this transaction ends. */
  private static void pauseInserts(Connection lock) throws SQLException {
    lock.setAutoCommit(false);
    try (Statement statement = lock.createStatement()) {
      statement.execute("LOCK TABLE log_leaf IN SHARE MODE");
    }
  }

  private static void awaitWaiting(int count) {
    await().atMost(SOON).until(() -> waiting().size() == count);
  }

  /** The service's sessions that wait for a lock, the one that came first in front. */
  private static List<Long> waiting() throws SQLException {
    List<Long> pids = new ArrayList<>();
    try (Connection connection = database().superuser();
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                """
                SELECT pid FROM pg_stat_activity
                WHERE usename = 'audit_service' AND wait_event_type = 'Lock'
                ORDER BY query_start\
                """)) {
      while (rows.next()) {
        pids.add(rows.getLong(1));
      }
    }
    return pids;
  }
}
