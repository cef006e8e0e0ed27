package io.pulsewarden.audit.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pulsewarden.audit.checkpoint.CheckpointSigner;
import io.pulsewarden.audit.checkpoint.LogConfiguration;
import io.pulsewarden.audit.checkpoint.SigningKeyFile;
import io.pulsewarden.audit.witness.Witnesses;
import io.pulsewarden.logverifier.Cosignatures;
import io.pulsewarden.logverifier.VerifierKey;
import io.pulsewarden.platform.certificates.LocalCa;
import io.pulsewarden.platform.certificates.Pem;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log and its witnesses: ours over HTTPS, and such as no witness should be. */
class CosigningTest {

  private static final String ORIGIN = "test.example/log";
  private static final Clock CLOCK =
      Clock.fixed(Instant.ofEpochSecond(1_764_000_000), ZoneOffset.UTC);

  @TempDir private Path folder;
  private final LocalCa ca = LocalCa.create("edge");
  private final List<TestWitness> started = new ArrayList<>();
  private final List<Witnesses> asking = new ArrayList<>();
  private final List<String> heard = new CopyOnWriteArrayList<>();
  private MemoryLogState log = new MemoryLogState();
  private int sent;

  private record Settings(
      int quorum,
      Duration patience,
      Duration pause,
      Duration alarmAfter,
      Optional<Path> caFile,
      Map<String, LogConfiguration.Witness> known)
      implements LogConfiguration.Witnesses {}

  private record Known(URI url, String key) implements LogConfiguration.Witness {}

  @BeforeEach
  void begin() throws Exception {
    Pem.writeCertificates(folder.resolve("edge-ca.crt"), List.of(ca.certificate()));
    new SigningKeyFile(folder.resolve("log.key")).create();
    grow(300);
  }

  @AfterEach
  void stop() {
    asking.forEach(Witnesses::close);
    started.forEach(TestWitness::close);
  }

  @Test
  void shouldPublishWhatItsQuorumHasCosigned() throws Exception {
    CosignedPublisher publisher = publisher(2, witness("one"), witness("two"));

    publisher.round();
    grow(500);
    publisher.round();

    assertThat(publisher.missedSince()).isEmpty();
    assertThat(published(2)).isEqualTo(800);
    assertThat(cosignatures(2)).isEqualTo(2);
  }

  @Test
  void shouldAskNobodyAgainForWhatIsCosigned() throws Exception {
    CosignedPublisher publisher = publisher(1, witness("one"));

    publisher.round();
    publisher.round();

    assertThat(heard).containsExactly("one cosigned");
  }

  @Test
  void shouldKeepTakingEntriesAndPublishWhatItHadWhileWitnessesAreAway() throws Exception {
    // Given a log with one published checkpoint, whose witness goes away
    TestWitness witness = witness("one");
    CosignedPublisher publisher = publisher(1, witness);
    publisher.round();
    witness.stop();

    // When it grows
    grow(200);
    publisher.round();
    grow(200);
    publisher.round();

    // Then it says since when, and shows no more than was cosigned
    assertThat(publisher.missedSince()).contains(CLOCK.instant());
    assertThat(newest().size()).isEqualTo(700);
    assertThat(published(1)).isEqualTo(300);

    // And shows all of it when the witness is back
    witness.restart();
    publisher.round();
    assertThat(publisher.missedSince()).isEmpty();
    assertThat(published(1)).isEqualTo(700);
  }

  @Test
  void shouldNotWaitForASlowWitnessOnceItsQuorumIsThere() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    TestWitness slow = TestWitness.faulty(folder, ca, "slow", never);
    started.add(slow);
    // Longer than anybody would wait: the round ends only because the quorum is there.
    CosignedPublisher publisher = publisher(settings(1, Duration.ofHours(1), witness("one"), slow));

    publisher.round();
    grow(10);
    publisher.round();

    assertThat(published(1)).isEqualTo(310);
    never.countDown();
  }

  @Test
  void shouldGiveUpOnAWitnessThatOnlyIsSlow() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    TestWitness slow = TestWitness.faulty(folder, ca, "slow", never);
    started.add(slow);
    CosignedPublisher publisher = publisher(settings(1, Duration.ofMillis(200), slow));

    publisher.round();

    assertThat(heard).containsExactly("slow away");
    assertThat(publisher.missedSince()).isPresent();
    assertThat(log.newestCosigned(1)).isEmpty();
    never.countDown();
  }

  @Test
  void shouldProveFromWhereverAWitnessStands() throws Exception {
    // Given a witness that cosigned a tree that this instance does not know of
    TestWitness witness = witness("one");
    publisher(1, witness).round();
    grow(700);

    // When another instance asks, which begins from nothing
    publisher(1, witness).round();

    // Then
    assertThat(published(1)).isEqualTo(1000);
    assertThat(heard).containsExactly("one cosigned", "one cosigned");
    assertThat(witness.answers()).containsExactly(200, 409, 200);
  }

  @Test
  void shouldNotCountWhatIsNoCosignatureOfThatWitness() throws Exception {
    for (String kind : List.of("another-key", "another-tree", "nothing", "endless")) {
      TestWitness bad = TestWitness.lying(folder, ca, kind);
      started.add(bad);
      CosignedPublisher publisher = publisher(1, bad);

      publisher.round();

      assertThat(log.newestCosigned(1)).as(kind).isEmpty();
      assertThat(publisher.missedSince()).as(kind).isPresent();
    }
    assertThat(heard)
        .containsExactly(
            "another-key unsigned", "another-tree unsigned", "nothing unsigned", "endless away");
  }

  @Test
  void shouldAskADishonestServerAFewTimesOnly() throws Exception {
    for (String kind : List.of("conflict-for-ever", "conflict-without-size", "error")) {
      TestWitness bad = TestWitness.lying(folder, ca, kind);
      started.add(bad);
      publisher(1, bad).round();
      assertThat(bad.answers().size()).as(kind).isLessThanOrEqualTo(3);
    }
    assertThat(heard)
        .containsExactly(
            "conflict-for-ever refused", "conflict-without-size refused", "error refused");
  }

  @Test
  void shouldHearFromItsWitnessThatItWasRolledBackOrForked() throws Exception {
    // Given a witness of a longer log
    TestWitness witness = witness("one");
    MemoryLogState backup = log.backup();
    grow(50);
    publisher(1, witness).round();

    // When the log is an older one again, and then another one
    log = backup;
    publisher(1, witness).round();
    grow(new byte[] {1}, 50);
    publisher(1, witness).round();
    grow(50);
    publisher(1, witness).round();

    // Then the witness cosigns neither
    assertThat(heard)
        .containsExactly("one cosigned", "one ahead", "one contradicted", "one contradicted");
    assertThat(log.newestCosigned(1)).isEmpty();
  }

  @Test
  void shouldLoseNothingWhenStoringTheCosignaturesFails() throws Exception {
    for (boolean persisted : List.of(false, true)) {
      // Given a store whose answer is lost, though it was done or not
      TestWitness witness = witness("persisted-" + persisted);
      MemoryLogState durable = log;
      log =
          new MemoryLogState() {
            @Override
            public Optional<LogStore.StoredCheckpoint> newestSigned() {
              return durable.newestSigned();
            }

            @Override
            public Optional<LogStore.StoredCheckpoint> newestCosigned(int atLeast) {
              return durable.newestCosigned(atLeast);
            }

            @Override
            public List<byte[]> read(int level, long tile, int width) {
              return durable.read(level, tile, width);
            }

            @Override
            public void storeCosigned(long size, String note, int cosignatures) {
              if (persisted) {
                durable.storeCosigned(size, note, cosignatures);
              }
              throw new IllegalStateException("the step's answer was lost");
            }
          };
      CosignedPublisher failing = publisher(1, witness);
      assertThatThrownBy(failing::round).hasMessageContaining("answer was lost");
      log = durable;

      // When a new instance begins
      publisher(1, witness).round();

      // Then the same tree is cosigned and published
      assertThat(published(1)).isEqualTo(newest().size());
      grow(20);
    }
  }

  @Test
  void shouldShowCosignaturesWithoutAQuorumTooAndNeverNeedThem() throws Exception {
    TestWitness witness = witness("one");
    CosignedPublisher publisher = publisher(0, witness);

    publisher.round();
    witness.stop();
    grow(10);
    publisher.round();

    assertThat(publisher.missedSince()).isEmpty();
    assertThat(published(1)).isEqualTo(300);
  }

  @Test
  void shouldAskAWitnessOfAnotherProcessOverHttps() throws Exception {
    try (WitnessProcess process = WitnessProcess.start(folder, ca, signer().verifierKey())) {
      CosignedPublisher publisher = publisher(process);

      publisher.round();
      grow(40);
      publisher.round();

      assertThat(published(1)).isEqualTo(340);
      VerifierKey key = VerifierKey.parseWitness(process.key());
      byte[] note = log.newestCosigned(1).orElseThrow().note().getBytes(StandardCharsets.UTF_8);
      assertThat(Cosignatures.count(note, List.of(key))).isEqualTo(1);
    }
  }

  @Test
  void shouldNotHaveAnOlderLogCosignedByAWitnessThatWasKilledAtWork() throws Exception {
    // Given a witness that is killed while it cosigns
    MemoryLogState older = log.backup();
    try (WitnessProcess process = WitnessProcess.start(folder, ca, signer().verifierKey())) {
      CosignedPublisher publisher = publisher(process);
      Thread killer =
          Thread.ofVirtual()
              .start(
                  () -> {
                    await().until(() -> heard.size() >= 5);
                    process.kill();
                  });
      while (process.isAlive()) {
        grow(20);
        publisher.round();
      }
      killer.join();
    }
    assertThat(published(1)).isGreaterThan(300);

    // When it starts anew, and is shown the older log
    try (WitnessProcess process = WitnessProcess.start(folder, ca, signer().verifierKey())) {
      MemoryLogState whole = log;
      log = older;
      publisher(process).round();
      log = whole;
      publisher(process).round();
    }

    // Then it knows what it cosigned
    assertThat(heard.get(heard.size() - 2)).isEqualTo("process ahead");
    assertThat(published(1)).isEqualTo(newest().size());
    assertThat(older.newestCosigned(1)).isEmpty();
  }

  @Test
  void shouldSayForHowLongItsQuorumIsMissing() throws Exception {
    // Given a witness that is away
    TestWitness witness = witness("one");
    witness.stop();
    TurnedClock clock = new TurnedClock();
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    CosigningLifecycle cosigning =
        new CosigningLifecycle(log, settings(1, Duration.ofSeconds(30), witness), registry, clock);
    QuorumHealth health = new QuorumHealth(cosigning);
    cosigning.begin();
    try {
      await().until(() -> cosigning.missedSince().isPresent());
      assertThat(health.call().getStatus()).isEqualTo(HealthCheckResponse.Status.UP);

      // When that lasts
      clock.now = clock.now.plusSeconds(120);

      // Then it is an alarm, with the time since when
      assertThat(health.call().getStatus()).isEqualTo(HealthCheckResponse.Status.DOWN);
      assertThat(health.call().getData().orElseThrow())
          .containsEntry("quorum not reached since", CLOCK.instant().toString());
      assertThat(registry.get("pulsewarden.audit.quorum.missed.seconds").gauge().value())
          .isEqualTo(120);
      assertThat(
              registry
                  .get("pulsewarden.audit.witness.answers")
                  .tags("witness", "one", "answer", "away")
                  .counter()
                  .count())
          .isPositive();

      // When the witness is back
      witness.restart();
      await().until(() -> cosigning.missedSince().isEmpty());
      assertThat(health.call().getStatus()).isEqualTo(HealthCheckResponse.Status.UP);
    } finally {
      cosigning.end();
    }
  }

  private static final class TurnedClock extends Clock {
    private volatile Instant now = CLOCK.instant();

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return now;
    }
  }

  @Test
  void shouldRefuseAConfigurationThatCanNeverHaveItsQuorum() throws Exception {
    TestWitness witness = witness("one");
    Known known = new Known(witness.url(), witness.key());

    assertThatThrownBy(() -> witnesses(settings(2, Duration.ofSeconds(1), Map.of("one", known))))
        .hasMessageContaining("quorum");
    assertThatThrownBy(
            () ->
                witnesses(settings(1, Duration.ofSeconds(1), Map.of("one", known, "twice", known))))
        .hasMessageContaining("counts once");
    assertThatThrownBy(
            () ->
                witnesses(
                    settings(
                        1,
                        Duration.ofSeconds(1),
                        Map.of("one", new Known(witness.url(), signer().verifierKey())))))
        .hasMessageContaining("cosignatures");
  }

  private TestWitness witness(String name) throws Exception {
    TestWitness witness = TestWitness.ours(folder, ca, name, signer().verifierKey());
    started.add(witness);
    return witness;
  }

  private CosignedPublisher publisher(int quorum, TestWitness... known) throws Exception {
    return publisher(settings(quorum, Duration.ofSeconds(30), known));
  }

  private CosignedPublisher publisher(WitnessProcess process) throws Exception {
    Known known = new Known(process.url(), process.key());
    return publisher(settings(1, Duration.ofSeconds(30), Map.of("process", known)));
  }

  private CosignedPublisher publisher(Settings settings) throws Exception {
    return new CosignedPublisher(log, witnesses(settings), CLOCK, Duration.ofMillis(10));
  }

  private Witnesses witnesses(Settings settings) throws Exception {
    Witnesses witnesses =
        Witnesses.of(settings, (witness, answer) -> heard.add(witness + " " + answer));
    asking.add(witnesses);
    return witnesses;
  }

  private Settings settings(int quorum, Duration patience, TestWitness... known) {
    Map<String, LogConfiguration.Witness> all = new LinkedHashMap<>();
    for (TestWitness one : known) {
      all.put(one.name(), new Known(one.url(), one.key()));
    }
    return settings(quorum, patience, all);
  }

  private Settings settings(
      int quorum, Duration patience, Map<String, LogConfiguration.Witness> known) {
    return new Settings(
        quorum,
        patience,
        Duration.ofMillis(10),
        Duration.ofMinutes(1),
        Optional.of(folder.resolve("edge-ca.crt")),
        known);
  }

  private void grow(int entries) throws Exception {
    grow(new byte[0], entries);
  }

  /** Commits and signs so many entries more. */
  private void grow(byte[] suffix, int entries) throws Exception {
    LogAppender appender =
        new LogAppender(log, new HeadCheck(TopicScript.CA.certificate(), "pulsewarden.local"));
    List<Received> batch = new ArrayList<>();
    for (int i = 0; i < entries / 2; i++) {
      // What can't be read is an entry, and a finding behind it.
      ByteString value = ByteString.copyFromUtf8("?" + sent++).concat(ByteString.copyFrom(suffix));
      batch.add(new Received(log.head().nextOffset() + i, Received.NO_TIME, value));
    }
    assertThat(appender.append(batch)).isInstanceOf(AppendOutcome.Committed.class);
    TreeHead head = log.head();
    log.storeCheckpoint(head.size(), signer().sign(head.size(), head.root().toByteArray()));
  }

  private CheckpointSigner signer() throws Exception {
    return new SigningKeyFile(folder.resolve("log.key")).signer(ORIGIN);
  }

  private LogStore.StoredCheckpoint newest() {
    return log.newestSigned().orElseThrow();
  }

  private long published(int quorum) {
    return log.newestCosigned(quorum).orElseThrow().size();
  }

  private int cosignatures(int quorum) {
    byte[] note = log.newestCosigned(quorum).orElseThrow().note().getBytes(StandardCharsets.UTF_8);
    return Cosignatures.count(
        note, started.stream().map(one -> VerifierKey.parseWitness(one.key())).toList());
  }
}
