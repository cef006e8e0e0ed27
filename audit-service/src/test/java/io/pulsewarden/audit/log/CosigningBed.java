package io.pulsewarden.audit.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
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
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;

/** A log in memory and its witnesses. */
final class CosigningBed implements AutoCloseable {

  static final Clock CLOCK = Clock.fixed(Instant.ofEpochSecond(1_764_000_000), ZoneOffset.UTC);
  private static final String ORIGIN = "test.example/log";

  static {
    // What is done in the background takes its time on a busy machine.
    Awaitility.setDefaultTimeout(Duration.ofSeconds(60));
  }

  private final Path folder;
  private final LocalCa ca = LocalCa.create("edge");
  private final List<TestWitness> started = new ArrayList<>();
  private final List<Witnesses> asking = new ArrayList<>();
  private final List<String> heard = new CopyOnWriteArrayList<>();
  private final List<String> shown = new CopyOnWriteArrayList<>();
  private volatile MemoryLogState log = new MemoryLogState();
  private int sent;

  record Settings(
      int quorum,
      Duration patience,
      Duration pause,
      Duration alarmAfter,
      Optional<Path> caFile,
      Map<String, LogConfiguration.Witness> known)
      implements LogConfiguration.Witnesses {}

  record Known(URI url, String key) implements LogConfiguration.Witness {}

  /** With 300 entries. */
  CosigningBed(Path folder) throws Exception {
    this.folder = folder;
    Pem.writeCertificates(folder.resolve("edge-ca.crt"), List.of(ca.certificate()));
    new SigningKeyFile(folder.resolve("log.key")).create();
    grow(300);
  }

  Path folder() {
    return folder;
  }

  LocalCa ca() {
    return ca;
  }

  /** What each witness answered, as it is counted. */
  List<String> heard() {
    return heard;
  }

  /** Checkpoints that witnesses showed for what they said against the log. */
  List<String> shown() {
    return shown;
  }

  MemoryLogState log() {
    return log;
  }

  /** What the log is kept in from now on. */
  void keepIn(MemoryLogState another) {
    log = another;
  }

  void stopLater(TestWitness witness) {
    started.add(witness);
  }

  TestWitness witness(String name) throws Exception {
    TestWitness witness = TestWitness.ours(folder, ca, name, signer().verifierKey());
    started.add(witness);
    return witness;
  }

  CosignedPublisher publisher(int quorum, TestWitness... known) throws Exception {
    return publisher(settings(quorum, Duration.ofSeconds(30), known));
  }

  CosignedPublisher publisher(WitnessProcess process) throws Exception {
    Known known = new Known(process.url(), process.key());
    return publisher(settings(1, Duration.ofSeconds(30), Map.of("process", known)));
  }

  /** For a log that is kept elsewhere. */
  CosignedPublisher publisher(LogState elsewhere, TestWitness known) throws Exception {
    Witnesses witnesses = witnesses(settings(1, Duration.ofSeconds(30), known));
    return new CosignedPublisher(elsewhere, witnesses, CLOCK, Duration.ofMillis(10), shown::addAll);
  }

  CosignedPublisher publisher(Settings settings) throws Exception {
    return publisher(witnesses(settings));
  }

  CosignedPublisher publisher(Witnesses witnesses) {
    return new CosignedPublisher(log, witnesses, CLOCK, Duration.ofMillis(10), shown::addAll);
  }

  Witnesses witnesses(Settings settings) throws Exception {
    Witnesses witnesses =
        Witnesses.of(settings, (witness, answer) -> heard.add(witness + " " + answer));
    asking.add(witnesses);
    return witnesses;
  }

  Settings settings(int quorum, Duration patience, TestWitness... known) {
    Map<String, LogConfiguration.Witness> all = new LinkedHashMap<>();
    for (TestWitness one : known) {
      all.put(one.name(), new Known(one.url(), one.key()));
    }
    return settings(quorum, patience, all);
  }

  Settings settings(int quorum, Duration patience, Map<String, LogConfiguration.Witness> known) {
    return new Settings(
        quorum,
        patience,
        Duration.ofMillis(10),
        Duration.ofMinutes(1),
        Optional.of(folder.resolve("edge-ca.crt")),
        known);
  }

  void grow(int entries) throws Exception {
    grow(new byte[0], entries);
  }

  /** Commits and signs so many entries more. */
  void grow(byte[] suffix, int entries) throws Exception {
    LogAppender appender = new LogAppender(log, TopicScript.heads());
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

  CheckpointSigner signer() throws Exception {
    return new SigningKeyFile(folder.resolve("log.key")).signer(ORIGIN);
  }

  LogStore.StoredCheckpoint newest() {
    return log.newestSigned().orElseThrow();
  }

  long published(int quorum) {
    return log.newestCosigned(quorum).orElseThrow().size();
  }

  int cosignatures(int quorum) {
    byte[] note = log.newestCosigned(quorum).orElseThrow().note().getBytes(StandardCharsets.UTF_8);
    return Cosignatures.count(
        note, started.stream().map(one -> VerifierKey.parseWitness(one.key())).toList());
  }

  @Override
  public void close() {
    asking.forEach(Witnesses::close);
    started.forEach(TestWitness::close);
  }
}
