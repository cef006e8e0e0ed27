package io.pulsewarden.audit.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.pulsewarden.auditclient.ChainState;
import io.pulsewarden.contracts.audit.v1.AuditRecord;
import io.pulsewarden.contracts.audit.v1.ChainKind;
import io.pulsewarden.contracts.audit.v1.Finding;
import io.pulsewarden.contracts.audit.v1.FindingKind;
import io.pulsewarden.contracts.audit.v1.SignedHead;
import io.pulsewarden.contracts.audit.v1.StoredRange;
import io.pulsewarden.contracts.audit.v1.TextProof;
import io.pulsewarden.logverifier.VerifierView;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verifier shares no code with the server, and must not convict a log that the server made. */
class VerifierAgreesTest {

  private static final int ATTEMPTS = 40_000;
  private static final Set<FindingKind> SILENCES =
      Set.of(FindingKind.FINDING_KIND_SILENT, FindingKind.FINDING_KIND_UNCLOSED);

  @TempDir private Path folder;

  @Test
  void shouldFindNothingWrongWithAnHonestLogOfThingsThatGoWrong() throws Exception {
    // Given a process that is killed, an outbox that is down for an hour, and one that is well
    TopicScript topic = new TopicScript(folder);
    var killed = topic.chain("telemetry-service", 1);
    var down = topic.chain("key-management-service", 2);
    var well = topic.chain("audit-service", 3);
    ByteString opened = killed.opened();
    topic.send(opened, killed.event("a"), down.opened(), down.heartbeat(), well.opened());
    // And bytes that are no record for the server, and a record that is too large for an entry
    AuditRecord record = AuditRecord.parseFrom(well.event("odd"));
    topic.send(
        record.toByteString(),
        record.toBuilder().setService("x".repeat(64)).setSequence(5).build().toByteString(),
        ByteString.copyFromUtf8("?"),
        large(well));
    // And a writer who would disown each of the sequencer's words about the one that was killed
    for (int i = 1; i <= 730; i++) {
      topic.pass(5).send(well.heartbeat());
      if (i == 6 || i == 60) {
        List<Leaf> sofar = topic.log(100);
        Finding last = sofar.getLast().finding().orElseThrow();
        assertThat(last.getKind()).isIn(SILENCES);
        assertThat(last.getService()).isEqualTo("telemetry-service");
        topic.send(unreadable(sofar.size() - 1));
      }
    }
    topic.send(down.event("back"), down.closed());

    List<byte[]> log = new ArrayList<>();
    List<byte[]> silenced = new ArrayList<>();
    for (Leaf leaf : topic.log(100)) {
      log.add(leaf.value().toByteArray());
      if (leaf.finding().map(Finding::getKind).filter(SILENCES::contains).isEmpty()) {
        silenced.add(leaf.value().toByteArray());
      }
    }

    // Then the verifier finds nothing, and misses the sequencer's word about the one that was
    // killed
    assertThat(VerifierView.problems(log)).isEmpty();
    assertThat(VerifierView.problems(silenced))
        .isNotEmpty()
        .allSatisfy(problem -> assertThat(problem.message()).contains("telemetry-service"));
  }

  /** Whatever a writer sends that looks like the sequencer's word, and in whatever order. */
  @Test
  void shouldTakeForTheSequencersWordWhatItIs() throws Exception {
    ByteString large = ByteString.copyFromUtf8("x".repeat(70_000));
    for (int order = 0; order < Math.pow(4, 5); order++) {
      // Given five values, each of one of these kinds
      TopicScript topic = new TopicScript(folder);
      long size = 0;
      for (int left = order, i = 0; i < 5; i++, left /= 4) {
        topic.send(
            switch (left % 4) {
              case 0 -> ByteString.copyFromUtf8("?");
              case 1 -> large;
              case 2 -> unreadable(size - 1);
              default -> derived(FindingKind.FINDING_KIND_OVERSIZED, size);
            });
        // One that is too large has no word behind it
        size += left % 4 == 1 ? 1 : 2;
      }
      MemoryLogState log = new MemoryLogState();
      new LogAppender(log, TopicScript.heads()).append(topic.read(0, topic.size()));
      List<Leaf> leaves = log.leaves();
      assertThat(leaves).hasSize((int) size);
      List<Long> said =
          LongStream.range(0, size)
              .filter(index -> leaves.get((int) index).finding().isPresent())
              .boxed()
              .toList();

      // Then the index, who tells of findings after a crash, and the verifier see what it said
      Disowned disowned = new Disowned(log::leaves);
      assertThat(
              LongStream.range(0, size)
                  .filter(index -> isIndexed(index, leaves.get((int) index), disowned))
                  .boxed())
          .as("order %d", order)
          .isEqualTo(said);
      assertThat(new LogAppender(log, TopicScript.heads()).unsignedFindings(0))
          .as("order %d", order)
          .isEqualTo(leaves.stream().flatMap(leaf -> leaf.finding().stream()).toList());
      assertThat(
              VerifierView.findings(
                  leaves.stream().map(leaf -> leaf.value().toByteArray()).toList()))
          .as("order %d", order)
          .isEqualTo(said);
    }
  }

  private static boolean isIndexed(long index, Leaf leaf, Disowned disowned) {
    return IndexedLeaf.read(index, leaf.value(), disowned, hash -> Optional.empty())
        .finding()
        .isPresent();
  }

  /**
   * Whatever a producer sends: what the one takes for a record, the other does, and reads alike.
   */
  @Test
  void shouldReadWhateverIsSentAsTheServerDoes() throws Exception {
    List<byte[]> good = samples();
    long seed = 20_261_123L;
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    int records = 0;
    int none = 0;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      byte[] value = good.get(random.nextInt(good.size()));
      for (int change = random.nextInt(4); change > 0; change--) {
        value = changed(value, good, random);
      }

      String server = read(value);

      assertThat(VerifierView.read(value))
          .as("seed %d: %s", seed, HexFormat.of().formatHex(value))
          .isEqualTo(server);
      records += server.equals("none") ? 0 : 1;
      none += server.equals("none") ? 1 : 0;
    }
    assertThat(Math.min(records, none)).isGreaterThan(ATTEMPTS / 10);
  }

  private List<byte[]> samples() throws Exception {
    var chain = new TopicScript(folder).chain("telemetry-service", 1);
    ByteString opened = chain.opened();
    AuditRecord.Builder event = AuditRecord.parseFrom(chain.event("an event")).toBuilder();
    event
        .getEventBuilder()
        .setReasonCode("not-in-care-team")
        .addPatientId("a patient")
        .setStoredRange(StoredRange.newBuilder().setTopic("a topic").setLastOffset(7))
        .addTextProof(TextProof.newBuilder().setName("reason"));
    event.getEventBuilder().getAgentBuilder().setId("somebody").addRole("clinician");
    event.getEventBuilder().addEntityBuilder().setType("Observation").setId("one");
    return List.of(
        opened.toByteArray(),
        event.build().toByteArray(),
        chain.heartbeat().toByteArray(),
        chain.closed().toByteArray(),
        DerivedRecord.bytes(
                new Received(0, 7, opened),
                Finding.newBuilder()
                    .setKind(FindingKind.FINDING_KIND_OVERSIZED)
                    .setService("telemetry-service")
                    .setIncarnation(ByteString.copyFrom(new byte[16]))
                    .setSequence(3)
                    .setLeafIndex(4)
                    .setValueHash(ByteString.copyFrom(new byte[32]))
                    .build())
            .toByteArray());
  }

  private static byte[] changed(byte[] value, List<byte[]> good, RandomGenerator random) {
    int at = random.nextInt(value.length + 1);
    byte[] head = Arrays.copyOf(value, at);
    byte[] tail = Arrays.copyOfRange(value, at, value.length);
    return switch (random.nextInt(7)) {
      case 0 -> {
        byte[] flipped = value.clone();
        if (flipped.length > 0) {
          flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
        }
        yield flipped;
      }
      case 1 -> head;
      case 2 -> join(value, good.get(random.nextInt(good.size())));
      case 3 -> join(head, field(random), tail);
      case 4 -> join(field(random), value);
      default -> join(value, field(random));
    };
  }

  /** Of any number and wire type, whole or broken, its numbers in few bytes or in many. */
  private static byte[] field(RandomGenerator random) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int number = 1 + random.nextInt(12);
    int type = random.nextInt(8);
    varint(out, (number << 3) | type, random.nextInt(11));
    byte[] content = new byte[random.nextInt(40)];
    random.nextBytes(content);
    switch (type) {
      case 0 -> varint(out, random.nextLong() >>> random.nextInt(64), random.nextInt(11));
      case 2 -> {
        varint(out, content.length, random.nextInt(11));
        if (random.nextBoolean()) {
          Arrays.fill(content, (byte) 'a');
        }
        out.writeBytes(content);
      }
      case 3 -> {
        if (random.nextBoolean()) {
          out.writeBytes(field(random));
        }
        varint(out, (number << 3) | 4, 0);
      }
      default -> out.writeBytes(Arrays.copyOf(content, type == 1 ? 8 : 4));
    }
    return out.toByteArray();
  }

  /** In as many bytes at least: more than are needed are no other number. */
  private static void varint(ByteArrayOutputStream out, long number, int atLeast) {
    long left = number;
    for (int i = 1; i < atLeast || (left & ~0x7fL) != 0; i++) {
      out.write((int) (left & 0x7f) | 0x80);
      left >>>= 7;
    }
    out.write((int) left);
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private static String read(byte[] value) {
    ByteString bytes = ByteString.copyFrom(value);
    return LeafReader.read(bytes)
        .map(VerifierAgreesTest::text)
        .or(() -> DerivedRecord.finding(bytes).map(VerifierAgreesTest::text))
        .orElse("none");
  }

  private static String text(AuditRecord read) {
    SignedHead head = HeadCheck.head(read).orElse(SignedHead.getDefaultInstance());
    return String.join(
        "|",
        "chained",
        read.getService(),
        hex(read.getIncarnation()),
        Long.toString(read.getSequence()),
        hex(read.getPreviousHash()),
        Long.toString(read.getRecordedAtMs()),
        Boolean.toString(HeadCheck.head(read).isPresent()),
        Boolean.toString(read.hasClosed()),
        Boolean.toString(read.hasHeartbeat()),
        Boolean.toString(read.getOpened().getKind() == ChainKind.CHAIN_KIND_PROCESS),
        hex(head.getSignature()),
        hex(head.getSignerFingerprint()),
        HeadCheck.certificates(read).stream().map(VerifierAgreesTest::hex).toList().toString());
  }

  private static String text(Finding finding) {
    return String.join(
        "|",
        "derived",
        Integer.toString(finding.getKindValue()),
        finding.getService(),
        hex(finding.getIncarnation()),
        Long.toString(finding.getSequence()),
        Long.toString(finding.getLeafIndex()),
        hex(finding.getValueHash()));
  }

  private static String hex(ByteString bytes) {
    return HexFormat.of().formatHex(bytes.toByteArray());
  }

  private static ByteString unreadable(long index) {
    return derived(FindingKind.FINDING_KIND_UNREADABLE, index);
  }

  private static ByteString derived(FindingKind kind, long index) {
    return DerivedRecord.bytes(
        new Received(0, 0, ByteString.EMPTY),
        Finding.newBuilder().setKind(kind).setLeafIndex(index).build());
  }

  private static ByteString large(TopicScript.Chain chain) throws Exception {
    ChainState before = chain.state();
    AuditRecord small = AuditRecord.parseFrom(chain.event("large"));
    ByteString large =
        small.toBuilder()
            .setEvent(small.getEvent().toBuilder().setReasonCode("x".repeat(70_000)))
            .build()
            .toByteString();
    chain.state(
        new ChainState(
            before.incarnation(),
            before.nextSequence() + 1,
            LeafReader.sha256(large),
            before.shownCertificate()));
    return large;
  }
}
