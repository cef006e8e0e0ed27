package io.pulsewarden.logverifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.pulsewarden.contracts.audit.v1.AuditRecord;
import io.pulsewarden.contracts.audit.v1.ChainKind;
import io.pulsewarden.contracts.audit.v1.Finding;
import io.pulsewarden.contracts.audit.v1.FindingKind;
import io.pulsewarden.platform.certificates.LocalCa;
import io.pulsewarden.platform.certificates.Pem;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProducersTest {

  @TempDir private Path folder;
  private final LocalCa ca = LocalCa.create("services");

  @Test
  void shouldFollowChainsThatAreWholeAndSigned() throws Exception {
    List<byte[]> chain =
        chain("telemetry-service").opened(1).events(3).heartbeat().closed().values();

    Producers producers = take(chain, ca);

    assertThat(producers.problems()).isEmpty();
    assertThat(producers.chains()).isEqualTo(1);
    assertThat(producers.open()).isZero();
    assertThat(producers.unsigned()).isZero();
  }

  @Test
  void shouldSayHowMuchNoHeadCoversYet() throws Exception {
    Producers producers = take(chain("telemetry-service").opened(1).events(7).values(), ca);

    assertThat(producers.problems()).isEmpty();
    assertThat(producers.unsigned()).isEqualTo(7);
    assertThat(producers.open()).isEqualTo(1);
  }

  @Test
  void shouldConvictAKeeperWhoDropsAnEventAndComputesTheChainAnew() throws Exception {
    // Given a chain with a signed head behind the event
    List<byte[]> honest = chain("telemetry-service").opened(1).events(5).heartbeat().values();

    // When the keeper drops record 3 before anybody saw a checkpoint
    List<byte[]> forged = TestLog.without(3, honest);

    // Then sequences and hashes fit, and the head does not
    assertThat(take(forged, ca).problems())
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.index()).isEqualTo(5);
              assertThat(problem.message()).contains("did not sign");
            });
  }

  @Test
  void shouldConvictAKeeperWhoSignsWithACertificateOfItsOwn() throws Exception {
    List<byte[]> forged =
        new TestChain(LocalCa.create("services"), folder, "telemetry-service", "telemetry-service")
            .opened(1)
            .events(2)
            .closed()
            .values();

    assertThat(take(forged, ca).problems())
        .first()
        .extracting(Problem::message)
        .asString()
        .contains("does not vouch");
  }

  @Test
  void shouldNotTakeOneServicesCertificateForAnothers() throws Exception {
    List<byte[]> forged =
        new TestChain(ca, folder, "telemetry-service", "device-registry-service")
            .opened(1)
            .values();

    assertThat(take(forged, ca).problems())
        .first()
        .extracting(Problem::message)
        .asString()
        .contains("not that service's");
  }

  @Test
  void shouldCountWhatBelongsToNoChain() throws Exception {
    Producers producers = take(List.of(new byte[0], new byte[] {(byte) 0xff}), ca);

    assertThat(producers.unchained()).isEqualTo(2);
    assertThat(producers.problems()).isEmpty();
  }

  @Test
  void shouldFollowAChainOverWhatStandsForALargeValue() throws Exception {
    // Given the keeper's stand-in for record 1, and a chain whose producer signed that hash
    byte[] hash = new byte[32];
    hash[0] = 7;
    List<byte[]> honest = chain("telemetry-service").opened(1).events(2).values();
    AuditRecord replaced = AuditRecord.parseFrom(honest.get(1));
    byte[] standIn =
        TestLog.derived(
            Finding.newBuilder()
                .setKind(FindingKind.FINDING_KIND_OVERSIZED)
                .setService("telemetry-service")
                .setIncarnation(replaced.getIncarnation())
                .setSequence(1)
                .setLeafIndex(1)
                .setValueHash(ByteString.copyFrom(hash)));
    byte[] next =
        AuditRecord.parseFrom(honest.get(2)).toBuilder()
            .setPreviousHash(ByteString.copyFrom(hash))
            .build()
            .toByteArray();

    Producers producers = take(List.of(honest.get(0), standIn, next), ca);

    assertThat(producers.problems()).isEmpty();
    assertThat(producers.oversized()).containsOnlyKeys(1L);
    assertThat(producers.findings()).hasSize(1);
  }

  @Test
  void shouldNotTakeAProducersBytesForTheKeepers() throws Exception {
    byte[] forged =
        TestLog.derived(
            Finding.newBuilder().setKind(FindingKind.FINDING_KIND_OVERSIZED).setLeafIndex(0));
    byte[] found = unreadable(0);

    Producers producers = take(List.of(forged, found), ca);

    assertThat(producers.oversized()).isEmpty();
    assertThat(producers.unchained()).isEqualTo(1);
    assertThat(producers.findings()).hasSize(1);
  }

  @Test
  void shouldConvictAKeeperWhoDropsTheEndOfAChain() throws Exception {
    // Given a process that read something and stopped, of which only the beginning is in the log
    List<byte[]> log = new ArrayList<>(chain("telemetry-service").opened(1).events(1).values());
    // And another, which has gone on for almost an hour since
    TestChain other = chain("device-registry-service").opened(2).heartbeats(720);
    log.addAll(other.values());

    assertThat(take(log, ca).problems()).isEmpty();

    // When the hour is over
    log.add(other.heartbeat().values().getLast());

    // Then what is missing has its place
    assertThat(take(log, ca).problems())
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.index()).isEqualTo(1);
              assertThat(problem.message()).contains("record 1", "what came after it is missing");
            });
  }

  @Test
  void shouldTakeTheLogsWordForAChainThatEndedByACrash() throws Exception {
    // Given a chain that fell silent, spoke again, and ended
    TestChain crashed = chain("telemetry-service").opened(1);
    byte[] last = crashed.events(1).values().getLast();
    List<byte[]> log = new ArrayList<>(crashed.values());
    byte[] silent = TestLog.found(FindingKind.FINDING_KIND_SILENT, log.getFirst(), 1);
    byte[] ended = TestLog.found(FindingKind.FINDING_KIND_UNCLOSED, last, 1);
    List<byte[]> hour = chain("device-registry-service").opened(2).heartbeats(721).values();
    // When the log says so of its last record, it is good
    assertThat(take(join(log, List.of(silent, ended), hour), ca).problems()).isEmpty();
    // And not when it says so of an earlier one alone, or says that it was somebody else's word
    assertThat(take(join(log, List.of(silent), hour), ca).problems()).hasSize(1);
    assertThat(take(join(log, List.of(ended, unreadable(2)), hour), ca).problems()).hasSize(1);
  }

  /** Any writer to the topic can send the keeper's word that an entry is no record. */
  @Test
  void shouldNotLetAProducerDisownTheKeepersWord() throws Exception {
    List<byte[]> log = new ArrayList<>(chain("telemetry-service").opened(1).events(1).values());
    byte[] silent = TestLog.found(FindingKind.FINDING_KIND_SILENT, log.getLast(), 1);
    List<byte[]> hour = chain("device-registry-service").opened(2).heartbeats(721).values();

    // When one stands behind the word about a chain that crashed, and the keeper says whose it is
    for (int forged = 1; forged <= 3; forged++) {
      List<byte[]> run = new ArrayList<>(List.of(silent));
      for (int i = 0; i < 2 * forged; i++) {
        run.add(unreadable(2 + i));
      }
      Producers producers = take(join(log, run, hour), ca);

      // Then the log is good, and all of the keeper's word counts, and no more
      assertThat(producers.problems()).isEmpty();
      assertThat(producers.findings()).hasSize(1 + forged);
      assertThat(producers.findings().getFirst().index()).isEqualTo(2);
      assertThat(producers.findings().getLast())
          .isEqualTo(new Problem(2 + 2 * forged, "the log found bytes that are no record"));
      assertThat(producers.unchained()).isEqualTo(forged);

      // And not if the first of them was a producer's, too
      run.add(unreadable(2 + 2 * forged));
      Producers none = take(join(log, run, hour), ca);
      assertThat(none.problems()).hasSize(1);
      assertThat(none.findings()).hasSize(1 + forged);
      assertThat(none.unchained()).isEqualTo(1 + forged);
    }
  }

  /** What waited in an outbox is sent all at once: it says nothing of the time that passed. */
  @Test
  void shouldNotTakeAnOutboxForAClock() throws Exception {
    List<byte[]> log = new ArrayList<>(chain("telemetry-service").opened(1).events(1).values());
    log.addAll(
        chain("device-registry-service")
            .opened(2, ChainKind.CHAIN_KIND_OUTBOX)
            .heartbeats(721)
            .values());

    assertThat(take(log, ca).problems()).isEmpty();
  }

  @Test
  void shouldTakeForNoRecordWhatTheLogTakesForNone() throws Exception {
    List<byte[]> chain = chain("telemetry-service").opened(1).events(5).values();
    byte[] good = chain.getLast();
    AuditRecord.Builder record = AuditRecord.parseFrom(good).toBuilder();
    for (byte[] odd :
        List.of(
            record.setService("x".repeat(64)).build().toByteArray(),
            record.setService("telemetry\0service").build().toByteArray(),
            record
                .setService("telemetry-service")
                .setSequence(Long.MAX_VALUE)
                .build()
                .toByteArray(),
            replaced(good, "telemetry-service"),
            replaced(good, "event 4"))) {
      Producers producers = take(join(chain.subList(0, 5), List.of(odd, unreadable(5), good)), ca);

      assertThat(producers.problems()).isEmpty();
      assertThat(producers.unchained()).isEqualTo(1);
      assertThat(producers.chains()).isEqualTo(1);
    }
    assertThat(
            take(
                    List.of(record.setSequence(5).setService("x".repeat(63)).build().toByteArray()),
                    ca)
                .problems())
        .singleElement()
        .satisfies(problem -> assertThat(problem.message()).contains("follows a gap"));
  }

  @Test
  void shouldGoOnFromBeforeALargeValueThatIsOutOfItsPlace() throws Exception {
    List<byte[]> chain = chain("telemetry-service").opened(1).events(3).values();
    AuditRecord first = AuditRecord.parseFrom(chain.get(1));
    byte[] standIn =
        TestLog.derived(
            Finding.newBuilder()
                .setKind(FindingKind.FINDING_KIND_OVERSIZED)
                .setService(first.getService())
                .setIncarnation(first.getIncarnation())
                .setSequence(1)
                .setLeafIndex(3)
                .setValueHash(ByteString.copyFrom(new byte[32])));

    Producers producers =
        take(join(chain.subList(0, 3), List.of(standIn), chain.subList(3, 4)), ca);

    assertThat(producers.problems())
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.index()).isEqualTo(3);
              assertThat(problem.message()).contains("out of its place");
            });
  }

  @Test
  void shouldTakeACertificateForADayBeforeItBeginsAndNotAfterItEnds() throws Exception {
    assertThat(take(chainRecorded(Duration.ofHours(-23)), ca).problems()).isEmpty();
    assertThat(take(chainRecorded(Duration.ofHours(-25)), ca).problems()).isNotEmpty();
    Duration life = LocalCa.LEAF_VALIDITY;
    assertThat(take(chainRecorded(life.minusHours(1)), ca).problems()).isEmpty();
    assertThat(take(chainRecorded(life.plusHours(1)), ca).problems()).isNotEmpty();
  }

  @Test
  void shouldFollowALogOverTwoCasThatFollowedEachOther() throws Exception {
    LocalCa next = LocalCa.create("services");
    List<byte[]> log =
        join(
            chain("telemetry-service").opened(1).events(1).closed().values(),
            new TestChain(next, folder, "telemetry-service", "telemetry-service")
                .opened(2)
                .events(1)
                .closed()
                .values());

    assertThat(take(log, ca, next).problems()).isEmpty();
    assertThat(take(log, ca).problems()).first().extracting(Problem::index).isEqualTo(3L);
    assertThat(take(log, next).problems()).first().extracting(Problem::index).isEqualTo(0L);
  }

  @Test
  void shouldNotTakeAFileWithoutACertificateForACa() throws Exception {
    Path empty = Files.writeString(folder.resolve("empty.crt"), "");

    assertThatThrownBy(() -> ServiceCa.read(empty)).isInstanceOf(CertificateException.class);
  }

  private List<byte[]> chainRecorded(Duration fromNow) throws Exception {
    Clock clock = Clock.offset(Clock.systemUTC(), fromNow);
    return new TestChain(ca, folder, "telemetry-service", "telemetry-service", clock)
        .opened(1)
        .heartbeat()
        .values();
  }

  private static byte[] unreadable(long index) {
    return TestLog.derived(
        Finding.newBuilder().setKind(FindingKind.FINDING_KIND_UNREADABLE).setLeafIndex(index));
  }

  /** With a byte in a text that is there in no UTF-8. */
  private static byte[] replaced(byte[] record, String text) {
    byte[] broken = record.clone();
    int at = new String(record, StandardCharsets.ISO_8859_1).indexOf(text);
    broken[at] = (byte) 0xff;
    return broken;
  }

  @SafeVarargs
  private static List<byte[]> join(List<byte[]>... parts) {
    List<byte[]> all = new ArrayList<>();
    for (List<byte[]> part : parts) {
      all.addAll(part);
    }
    return all;
  }

  private TestChain chain(String service) throws Exception {
    return new TestChain(ca, folder, service, service);
  }

  private Producers take(List<byte[]> log, LocalCa... trusted) throws Exception {
    Path pem = folder.resolve("ca.crt");
    Pem.writeCertificates(pem, Stream.of(trusted).map(LocalCa::certificate).toList());
    Producers producers = new Producers(Optional.of(ServiceCa.read(pem)));
    for (int i = 0; i < log.size(); i++) {
      producers.take(i, log.get(i));
    }
    producers.end();
    return producers;
  }
}
