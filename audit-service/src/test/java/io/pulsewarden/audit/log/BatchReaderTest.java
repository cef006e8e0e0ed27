package io.pulsewarden.audit.log;

import static io.pulsewarden.contracts.audit.v1.FindingKind.FINDING_KIND_BAD_SIGNATURE;
import static io.pulsewarden.contracts.audit.v1.FindingKind.FINDING_KIND_BROKEN_HASH;
import static io.pulsewarden.contracts.audit.v1.FindingKind.FINDING_KIND_FORK;
import static io.pulsewarden.contracts.audit.v1.FindingKind.FINDING_KIND_GAP;
import static io.pulsewarden.contracts.audit.v1.FindingKind.FINDING_KIND_LATE;
import static io.pulsewarden.contracts.audit.v1.FindingKind.FINDING_KIND_OVERSIZED;
import static io.pulsewarden.contracts.audit.v1.FindingKind.FINDING_KIND_SILENT;
import static io.pulsewarden.contracts.audit.v1.FindingKind.FINDING_KIND_UNCLOSED;
import static io.pulsewarden.contracts.audit.v1.FindingKind.FINDING_KIND_UNCOMPARED;
import static io.pulsewarden.contracts.audit.v1.FindingKind.FINDING_KIND_UNEQUAL_DUPLICATE;
import static io.pulsewarden.contracts.audit.v1.FindingKind.FINDING_KIND_UNREADABLE;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.pulsewarden.auditclient.ChainState;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.contracts.audit.v1.AuditRecord;
import io.pulsewarden.contracts.audit.v1.Finding;
import io.pulsewarden.contracts.audit.v1.FindingKind;
import io.pulsewarden.platform.certificates.LocalCa;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchReaderTest {

  @TempDir private Path folder;
  private TopicScript topic = new TopicScript(Path.of(""));

  @BeforeEach
  void begin() {
    topic = new TopicScript(folder);
  }

  @Test
  void shouldFindNothingWrongWithAWholeChain() throws Exception {
    var chain = topic.chain("telemetry-service", 1);
    topic.send(chain.opened(), chain.event("a"), chain.heartbeat(), chain.closed());

    assertThat(topic.log(10)).hasSize(4).allMatch(leaf -> leaf.finding().isEmpty());
  }

  @Test
  void shouldPutAGapBehindTheRecordThatShowsIt() throws Exception {
    var chain = topic.chain("telemetry-service", 1);
    ByteString opened = chain.opened();
    ByteString lost = chain.event("lost");
    topic.send(opened, chain.event("a"), chain.event("b"), lost);

    List<Leaf> log = topic.log(10);

    assertThat(kinds(log)).containsExactly(FINDING_KIND_GAP, FINDING_KIND_LATE);
    Finding gap = log.get(2).finding().orElseThrow();
    assertThat(gap.getLeafIndex()).isEqualTo(1);
    assertThat(gap.getSequence()).isEqualTo(2);
    assertThat(gap.getService()).isEqualTo("telemetry-service");
    assertThat(DerivedRecord.finding(log.get(2).value())).contains(gap);
  }

  @Test
  void shouldTellADoubleFromAForkFromABreak() throws Exception {
    // Given a double of record 1, and a chain that goes on from it
    var chain = topic.chain("telemetry-service", 1);
    topic.send(chain.opened());
    ChainState before = chain.state();
    ByteString first = chain.event("a");
    ChainState after = chain.state();
    chain.state(before);
    ByteString second = chain.event("b");
    topic.send(first, first, second, chain.event("c"));

    // And one that goes on from nothing
    chain.state(
        new ChainState(
            after.incarnation(), 3, ByteString.copyFrom(new byte[32]), after.shownCertificate()));
    topic.send(chain.event("d"));

    assertThat(kinds(topic.log(10)))
        .containsExactly(
            FINDING_KIND_UNEQUAL_DUPLICATE, FINDING_KIND_FORK, FINDING_KIND_BROKEN_HASH);
  }

  @Test
  void shouldFindAKeepersChainThatItsProducerDidNotSign() throws Exception {
    var chain = topic.chain("telemetry-service", 1);
    ByteString opened = chain.opened();
    ByteString dropped = chain.event("dropped");
    AuditRecord head = AuditRecord.parseFrom(chain.heartbeat());
    topic.send(
        opened,
        head.toBuilder()
            .setSequence(1)
            .setPreviousHash(LeafReader.sha256(opened))
            .build()
            .toByteString());

    assertThat(dropped.isEmpty()).isFalse();
    assertThat(kinds(topic.log(10))).containsExactly(FINDING_KIND_BAD_SIGNATURE);
  }

  @Test
  void shouldFindAChainSilentAndThenEndedOnce() throws Exception {
    var silent = topic.chain("telemetry-service", 1);
    var closed = topic.chain("key-management-service", 2);
    var other = topic.chain("audit-service", 3);
    topic.send(silent.opened(), closed.opened(), closed.closed(), other.opened());
    topic.pass(29).send(other.heartbeat());
    topic.pass(1).send(other.heartbeat());
    topic.pass(1).send(other.heartbeat());
    for (int i = 0; i < 60; i++) {
      topic.pass(5).send(other.heartbeat());
    }

    List<Leaf> log = topic.log(10);

    assertThat(kinds(log)).containsExactly(FINDING_KIND_SILENT, FINDING_KIND_UNCLOSED);
    assertThat(log.get(6).finding().orElseThrow().getService()).isEqualTo("telemetry-service");
  }

  @Test
  void shouldWatchAChainAgainThatSpeaksAgain() throws Exception {
    var chain = topic.chain("telemetry-service", 1);
    topic.send(chain.opened()).pass(40).send(chain.event("late"));
    topic.pass(40).send(chain.event("later")).pass(400).send(chain.closed());

    assertThat(kinds(topic.log(10)))
        .containsExactly(FINDING_KIND_SILENT, FINDING_KIND_SILENT, FINDING_KIND_UNCLOSED);
  }

  @Test
  void shouldKeepBytesThatAreNoRecordAndOnesThatPlayTheKeeper() throws Exception {
    ByteString forged =
        DerivedRecord.bytes(
            new Received(0, 0, ByteString.EMPTY),
            Finding.newBuilder().setKind(FINDING_KIND_GAP).build());
    topic.send(ByteString.copyFromUtf8("\u0001?"), ByteString.EMPTY, forged);

    List<Leaf> log = topic.log(10);

    assertThat(kinds(log))
        .containsExactly(FINDING_KIND_UNREADABLE, FINDING_KIND_UNREADABLE, FINDING_KIND_UNREADABLE);
    assertThat(log.get(4).value()).isEqualTo(forged);
    assertThat(log.get(5).finding().orElseThrow().getLeafIndex()).isEqualTo(4);
  }

  /** A producer that goes to and fro makes neither memory nor reading grow, and loses nothing. */
  @Test
  void shouldCompareSoManyRecordsOutOfTheirPlacesAndLogTheRestUncompared() throws Exception {
    // Given a chain, more doubles than are remembered, and some of them once more
    var chain = topic.chain("telemetry-service", 1);
    topic.send(chain.opened());
    List<ByteString> doubles = new ArrayList<>();
    for (int i = 0; i < ChainPosition.MOST_STRAYS + 10; i++) {
      doubles.add(chain.doubled("double " + i));
    }
    ByteString event = chain.event("a");
    topic.send(event, doubles.get(0)).send(doubles.toArray(ByteString[]::new));
    topic.send(event, doubles.get(0), doubles.getLast());
    // And a chain that goes on, once from one that was not remembered, and ends
    ChainState goesOn = chain.state();
    chain.state(
        new ChainState(
            goesOn.incarnation(),
            2,
            LeafReader.sha256(doubles.getLast()),
            goesOn.shownCertificate()));
    topic.send(chain.event("b"), chain.heartbeat(), chain.closed());

    List<Leaf> log = topic.log(1000);

    // Then what came before the limit is compared, and after it all of it is logged
    assertThat(Collections.frequency(kinds(log), FINDING_KIND_UNEQUAL_DUPLICATE))
        .isEqualTo(ChainPosition.MOST_STRAYS);
    assertThat(Collections.frequency(kinds(log), FINDING_KIND_UNCOMPARED)).isEqualTo(10 + 3);
    assertThat(kinds(log)).endsWith(FINDING_KIND_UNCOMPARED, FINDING_KIND_BROKEN_HASH);
    assertThat(log.stream().map(Leaf::value)).containsAll(doubles);
    assertThat(log.stream().filter(leaf -> leaf.value().equals(doubles.getLast()))).hasSize(2);
    assertThat(log.stream().filter(leaf -> leaf.value().equals(doubles.get(0)))).hasSize(2);
    // And however the topic is read, it is the same
    for (int[] batches : new int[][] {{7}, {61, 2}, {259}}) {
      assertThat(topic.log(batches)).isEqualTo(log);
    }
  }

  @Test
  void shouldNotLetAChainBeginAnewBehindTheLastNumberThereIs() throws Exception {
    var chain = topic.chain("telemetry-service", 1);
    ByteString opened = chain.opened();
    ByteString event = chain.event("a");
    ByteString last =
        AuditRecord.parseFrom(event).toBuilder().setSequence(Long.MAX_VALUE).build().toByteString();
    topic.send(opened, last, event, opened);

    assertThat(kinds(topic.log(10))).containsExactly(FINDING_KIND_UNREADABLE);
    assertThat(topic.log(1)).isEqualTo(topic.log(10)).hasSize(4);
  }

  @Test
  void shouldFollowAChainOverARecordThatIsTooLarge() throws Exception {
    // Given a record whose value no entry can hold, twice, and one after it
    var chain = topic.chain("telemetry-service", 1);
    ByteString opened = chain.opened();
    AuditRecord small = AuditRecord.parseFrom(chain.event("large"));
    ByteString large =
        small.toBuilder()
            .setEvent(small.getEvent().toBuilder().setReasonCode("x".repeat(70_000)))
            .build()
            .toByteString();
    chain.state(
        new ChainState(
            chain.state().incarnation(),
            2,
            LeafReader.sha256(large),
            chain.state().shownCertificate()));
    topic.send(opened, large, large, chain.heartbeat());

    List<Leaf> log = topic.log(10);

    assertThat(log).hasSize(3);
    assertThat(kinds(log)).containsExactly(FINDING_KIND_OVERSIZED);
    assertThat(log.get(1).blob()).contains(large);
    assertThat(log.get(1).finding().orElseThrow().getValueHash())
        .isEqualTo(LeafReader.sha256(large));
    assertThat(topic.log(1)).isEqualTo(log);
  }

  /** Who begins with the log reads the same chains, whatever was sent behind a stand-in. */
  @Test
  void shouldFollowAChainOverAStandInThatAProducerWouldDisown() throws Exception {
    var chain = topic.chain("telemetry-service", 1);
    AuditRecord opened = AuditRecord.parseFrom(chain.opened());
    ByteString large =
        opened.toBuilder()
            .setEvent(AuditEvent.newBuilder().setReasonCode("x".repeat(70_000)))
            .build()
            .toByteString();
    ByteString forged =
        DerivedRecord.bytes(
            new Received(0, 0, ByteString.EMPTY),
            Finding.newBuilder().setKind(FINDING_KIND_UNREADABLE).setLeafIndex(0).build());
    topic.send(large, forged, large);

    List<Leaf> log = topic.log(1);

    // The second is the first once more, and not logged
    assertThat(kinds(log)).containsExactly(FINDING_KIND_OVERSIZED, FINDING_KIND_UNREADABLE);
    assertThat(topic.log(10)).isEqualTo(log);
  }

  @Test
  void shouldMakeTheSameLogHoweverTheTopicIsRead() throws Exception {
    var one = topic.chain("telemetry-service", 1);
    var two = topic.chain("key-management-service", 2);
    topic.send(one.opened(), two.opened());
    for (int i = 0; i < 40; i++) {
      ByteString event = one.event("a" + i);
      if (i % 7 != 3) {
        topic.send(event);
      }
      if (i % 5 == 0) {
        topic.send(event, one.doubled("b" + i), ByteString.copyFromUtf8("?" + i));
      }
      topic.pass(i % 4 * 9L).send(i % 11 == 0 ? one.heartbeat() : two.event("c" + i));
    }
    List<Leaf> whole = topic.log(1000);

    assertThat(whole).anyMatch(leaf -> leaf.finding().isPresent());
    for (int[] batches : new int[][] {{1}, {2, 3}, {7, 1, 13}}) {
      assertThat(topic.log(batches)).isEqualTo(whole);
    }
  }

  @Test
  void shouldFindNobodySilentWhenTheBrokersClockGoesBack() throws Exception {
    // Given two chains, and a broker whose clock goes back by an hour
    var one = topic.chain("telemetry-service", 1);
    var two = topic.chain("key-management-service", 2);
    topic.send(one.opened(), two.opened());
    topic.pass(-3600).send(one.heartbeat(), two.heartbeat());
    for (int i = 0; i < 5; i++) {
      topic.pass(5).send(one.heartbeat(), two.heartbeat());
    }

    // When it is set right again, and one of them has stopped
    topic.pass(3600).send(one.heartbeat());

    // Then only what had no record for half a minute by the later clock is silent
    assertThat(kinds(topic.log(100))).isEmpty();
    topic.pass(10).send(one.heartbeat());
    assertThat(kinds(topic.log(100))).containsExactly(FINDING_KIND_SILENT);
    assertThat(topic.log(1)).isEqualTo(topic.log(7));
  }

  @Test
  void shouldNotJudgeSilenceByWritersClocks() throws Exception {
    var chain = topic.chain("telemetry-service", 1);
    ChainWatch watch = new ChainWatch(java.util.Map.of());
    BatchReader reader =
        new BatchReader(new EmptyHistory(), TopicScript.heads(), id -> Optional.empty(), watch, 0);
    reader.take(new Received(0, Received.NO_TIME, chain.opened()));

    assertThat(watch.changes()).isEmpty();
    assertThat(reader.leaves()).hasSize(1);
  }

  @Test
  void shouldBelieveEachOfTheServicesCasAndNoOther() throws Exception {
    // Given chains by two CAs of one name, as one takes the other's place
    LocalCa next = LocalCa.create("services");
    var one = topic.chain("telemetry-service", 1);
    var two = topic.chain("key-management-service", 2, next, Clock.systemUTC());
    topic.send(one.opened(), two.opened(), one.heartbeat(), two.heartbeat());

    // Then
    assertThat(topic.log(TopicScript.heads(TopicScript.CA, next), 10)).hasSize(4);
    assertThat(kinds(topic.log(TopicScript.heads(next), 10)))
        .containsExactly(FINDING_KIND_BAD_SIGNATURE, FINDING_KIND_BAD_SIGNATURE);
    List<Leaf> alone = topic.log(10);
    assertThat(kinds(alone))
        .containsExactly(FINDING_KIND_BAD_SIGNATURE, FINDING_KIND_BAD_SIGNATURE);
    assertThat(alone.get(2).finding().orElseThrow().getService())
        .isEqualTo("key-management-service");
  }

  @Test
  void shouldJudgeWhatWasShownAnewOnceItsCaIsKnown() throws Exception {
    // Given a chain by a CA that is not known yet
    LocalCa next = LocalCa.create("services");
    var chain = topic.chain("telemetry-service", 1, next, Clock.systemUTC());
    topic.send(chain.opened(), chain.heartbeat(), chain.heartbeat());
    AtomicReference<Set<X509Certificate>> known =
        new AtomicReference<>(Set.of(TopicScript.CA.certificate()));
    MemoryLogState log = new MemoryLogState();
    LogAppender appender = new LogAppender(log, new HeadCheck(known::get, "pulsewarden.local"));
    appender.append(topic.read(0, 2));
    assertThat(kinds(log.leaves()))
        .containsExactly(FINDING_KIND_BAD_SIGNATURE, FINDING_KIND_BAD_SIGNATURE);

    // When it is, though the chain does not show its certificate again
    known.set(Set.of(TopicScript.CA.certificate(), next.certificate()));
    appender.append(topic.read(2, 3));

    // Then its heads are good from there on
    assertThat(log.leaves()).hasSize(5);
    assertThat(kinds(log.leaves())).hasSize(2);
  }

  /** Certificates of the test begin five minutes ago, and end in thirty days. */
  @ParameterizedTest
  @CsvSource({"-PT23H, true", "-PT24H, true", "-PT25H, false", "PT719H, true", "PT721H, false"})
  void shouldCountACertificateFromADayBeforeItBeginsUntilItEnds(Duration off, boolean good)
      throws Exception {
    // Given a writer whose clock is wrong
    Clock clock = Clock.offset(Clock.systemUTC(), off);
    var chain = topic.chain("telemetry-service", 1, TopicScript.CA, clock);
    topic.send(chain.opened(), chain.event("a"), chain.closed());

    // Then
    assertThat(kinds(topic.log(10)))
        .isEqualTo(
            good ? List.of() : List.of(FINDING_KIND_BAD_SIGNATURE, FINDING_KIND_BAD_SIGNATURE));
    assertThat(topic.log(1)).isEqualTo(topic.log(10));
  }

  private static List<FindingKind> kinds(List<Leaf> log) {
    return log.stream().flatMap(leaf -> leaf.finding().stream()).map(Finding::getKind).toList();
  }

  private static final class EmptyHistory implements ChainHistory {
    @Override
    public Optional<ChainLink> last(ChainId chain) {
      return Optional.empty();
    }

    @Override
    public List<ByteString> showingCertificates(ChainId chain) {
      return List.of();
    }

    @Override
    public List<ByteString> at(ChainId chain, long sequence) {
      return List.of();
    }

    @Override
    public int strays(ChainId chain) {
      return 0;
    }
  }
}
