package io.pulsewarden.logverifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pulsewarden.contracts.audit.v1.ChainKind;
import io.pulsewarden.contracts.audit.v1.FindingKind;
import io.pulsewarden.platform.certificates.LocalCa;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrunedLogTest {

  private static final int SIZE = 700;
  private static final int MINIMUM = 512;
  private static final String TIME = "2020-11-28T00:00:00Z";

  @TempDir private Path folder;
  private final TestLog log = new TestLog();
  private final LocalCa ca = LocalCa.create("services");
  private List<byte[]> entries = List.of();
  private Path tree = Path.of("");

  PrunedLogTest() throws Exception {}

  @BeforeEach
  void writeLog() throws Exception {
    tree = folder.resolve("tree");
    TestChain chain =
        new TestChain(ca, folder, "telemetry-service", "telemetry-service")
            .opened(1)
            .events(300)
            .heartbeat()
            .events(SIZE - 303)
            .closed();
    entries = chain.values();
    log.write(tree, entries);
  }

  @Test
  void shouldTakeWhatTheStatementLetsGo() throws Exception {
    prune(0, 1);
    state(MINIMUM, log.root(entries.subList(0, MINIMUM)));
    byte[] earlier = log.checkpoint(300, log.root(entries.subList(0, 300)));

    Report report = verify(Optional.of(earlier));

    assertThat(report.problems()).isEmpty();
    assertThat(report.size()).isEqualTo(SIZE);
    // The certificate of the last head stood in the chain's first record.
    assertThat(report.pruned())
        .contains(new Report.Pruned(MINIMUM, Instant.parse(TIME), MINIMUM, 1, List.of()));
  }

  @Test
  void shouldCheckWhatIsThereAllTheSame() throws Exception {
    prune(0);
    state(MINIMUM, log.root(entries.subList(0, MINIMUM)));
    assertThat(verify(Optional.empty()).problems()).isEmpty();

    flip(tree.resolve(TileFiles.bundle(1, 256)), 1000);

    assertThat(verify(Optional.empty()).problems()).isNotEmpty();
  }

  @Test
  void shouldFindABundleMissingWithoutAStatementOrAboveIt() throws Exception {
    prune(0);
    assertThat(verify(Optional.empty()).problems())
        .anySatisfy(problem -> assertThat(problem.message()).contains("entries/000 is missing"));

    state(256, log.root(entries.subList(0, 256)));
    assertThat(verify(Optional.empty()).problems()).isEmpty();

    prune(1);
    assertThat(verify(Optional.empty()).problems())
        .anySatisfy(problem -> assertThat(problem.index()).isEqualTo(256));
  }

  @Test
  void shouldFindAChangedHashWhereTheEntryIsGone() throws Exception {
    prune(0, 1);
    state(MINIMUM, log.root(entries.subList(0, MINIMUM)));
    flip(tree.resolve(TileFiles.tile(0, 0, 256)), 77);

    assertThat(verify(Optional.empty()).problems()).isNotEmpty();
  }

  @Test
  void shouldFindAStatementThatIsNone() throws Exception {
    prune(0, 1);
    byte[] root = log.root(entries.subList(0, MINIMUM));
    TestLog another = new TestLog();
    byte[] good = log.pruned(MINIMUM, root, TIME);
    byte[] changed = good.clone();
    changed[40] ^= 1;
    for (byte[] bad :
        List.of(
            another.pruned(MINIMUM, root, TIME),
            changed,
            log.pruned(MINIMUM, new byte[32], TIME),
            log.pruned(500, root, TIME),
            log.pruned(1024, root, TIME),
            log.pruned(MINIMUM, root, "yesterday"),
            log.checkpoint(MINIMUM, root),
            "nothing".getBytes(StandardCharsets.US_ASCII))) {
      Files.write(tree.resolve("pruned"), bad);

      assertThat(verify(Optional.empty()).problems())
          .as(new String(bad, StandardCharsets.UTF_8))
          .isNotEmpty();
    }
  }

  @Test
  void shouldConvictAKeeperWhoDropsTheBeginningOfAYoungChain() throws Exception {
    // Given what was written just before the minimum ten days ago, and another chain since then
    List<byte[]> old =
        chain("telemetry-service", Duration.ofDays(-10)).opened(2).events(600).values();
    TestChain now = chain("telemetry-service", Duration.ZERO).opened(3).events(10);
    // When a chain under the same certificate lacks its first two records
    List<byte[]> young = now.another().opened(4).events(2).heartbeats(3).values();

    List<Problem> problems = pruned(old, now.values(), young.subList(2, 6)).problems();

    // Then its first head says so, and only that one
    assertThat(problems)
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.index()).isEqualTo(601 + 11 + 1);
              assertThat(problem.message()).contains("younger than what was pruned");
            });
    // And whole, or with the same certificate from before, there is nothing to say
    assertThat(pruned(old, now.values(), young).problems()).isEmpty();
    List<byte[]> recent = now.another().opened(5).events(600).heartbeat().values();
    assertThat(pruned(recent, now.values(), List.of()).problems()).isEmpty();
    assertThat(pruned(recent, now.values(), List.of()).pruned().orElseThrow().unverifiable())
        .isOne();
  }

  @Test
  void shouldConvictAKeeperWhoDropsTheBeginningOfAChainLongAfter() throws Exception {
    List<byte[]> old = chain("telemetry-service", Duration.ZERO).opened(2).events(600).values();
    List<byte[]> young =
        chain("key-management-service", Duration.ofDays(399))
            .opened(3)
            .events(2)
            .heartbeat()
            .values();

    assertThat(pruned(old, young.subList(2, 4)).problems())
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.index()).isEqualTo(601 + 1);
              assertThat(problem.message()).contains("none lives since what was pruned");
            });
  }

  /** An outbox whose service was down across the minimum is an honest one; a keeper can say so. */
  @Test
  void shouldNameAChainThatMayHaveBeenSilentSince() throws Exception {
    // Given a chain that was silent for more than an hour, over the minimum
    List<byte[]> old =
        chain("telemetry-service", Duration.ZERO).opened(2).events(598).closed().values();
    TestChain outbox = chain("device-registry-service", Duration.ZERO);
    byte[] opened = outbox.opened(3, ChainKind.CHAIN_KIND_OUTBOX).values().getFirst();
    List<byte[]> back = outbox.takenOver().events(1).closed().values().subList(1, 3);
    List<byte[]> hour =
        chain("key-management-service", Duration.ZERO).opened(4).heartbeats(721).values();

    Report report = pruned(List.of(opened), old, hour, back);

    // Then a person has to look, and the log is no worse for that
    assertThat(report.problems()).isEmpty();
    assertThat(report.pruned().orElseThrow().doubtful())
        .singleElement()
        .satisfies(chain -> assertThat(chain.index()).isEqualTo(601 + 722));
    // And nobody has to where the log says that it was silent, or where it spoke in time
    byte[] ended = TestLog.found(FindingKind.FINDING_KIND_UNCLOSED, opened, 600);
    assertThat(
            pruned(List.of(opened), old, List.of(ended), hour, back)
                .pruned()
                .orElseThrow()
                .doubtful())
        .isEmpty();
    assertThat(pruned(List.of(opened), old, back, hour).pruned().orElseThrow().doubtful())
        .isEmpty();
  }

  private TestChain chain(String service, Duration fromNow) throws Exception {
    return new TestChain(ca, folder, service, service, Clock.offset(Clock.systemUTC(), fromNow));
  }

  /** A log of all of these, of which the first two bundles were pruned. */
  @SafeVarargs
  private Report pruned(List<byte[]>... parts) throws Exception {
    tree = Files.createTempDirectory(folder, "tree");
    entries = new ArrayList<>();
    for (List<byte[]> part : parts) {
      entries.addAll(part);
    }
    log.write(tree, entries);
    prune(0, 1);
    state(MINIMUM, log.root(entries.subList(0, MINIMUM)));
    return verify(Optional.empty());
  }

  @Test
  void shouldNotTakeAStatementForACheckpoint() throws Exception {
    byte[] statement = log.pruned(MINIMUM, new byte[32], TIME);

    assertThatThrownBy(() -> Checkpoint.open(statement, log.key()))
        .isInstanceOf(BadLogException.class);
  }

  @Test
  void shouldCopyAPrunedLogAndKeepWhatACopyHad() throws Exception {
    Path before = folder.resolve("before");
    new MirrorLog(new FolderTree(tree), log.key(), new FolderTarget(before)).copy();
    prune(0, 1);
    state(MINIMUM, log.root(entries.subList(0, MINIMUM)));

    Path after = folder.resolve("after");
    new MirrorLog(new FolderTree(tree), log.key(), new FolderTarget(after)).copy();
    new MirrorLog(new FolderTree(tree), log.key(), new FolderTarget(before)).copy();

    assertThat(verifier(Optional.empty()).verify(new FolderTree(after)).problems()).isEmpty();
    assertThat(after.resolve(TileFiles.bundle(0, 256))).doesNotExist();
    assertThat(before.resolve(TileFiles.bundle(0, 256))).exists();
    assertThat(verifier(Optional.empty()).verify(new FolderTree(before)).pruned()).isEmpty();
  }

  @Test
  void shouldReadTheGoldenStatement() throws Exception {
    VerifierKey key =
        VerifierKey.parse(
            "pulsewarden.local/audit+cbccc88c+AddamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea");
    String note =
        """
        pulsewarden-pruned-log-v1
        pulsewarden.local/audit
        69888
        qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqo=
        2020-11-28T00:00:00Z

        \u2014 pulsewarden.local/audit y8zIjP2G6z4lJJ0pL++qRi3p1rC5opDlgqly0YJ66xgimqvmVG0yQ0NshkCZQ/V+e48UK5Z+2LY+EgnjknYrhdHsyAk=
        """;

    PrunedLog read = PrunedLog.open(note.getBytes(StandardCharsets.UTF_8), key);

    assertThat(read.minimum()).isEqualTo(69_888);
    assertThat(read.before()).isEqualTo(Instant.parse(TIME));
  }

  private void prune(int... bundles) throws IOException {
    for (int bundle : bundles) {
      Files.delete(tree.resolve(TileFiles.bundle(bundle, 256)));
    }
  }

  private void state(long minimum, byte[] root) throws Exception {
    Files.write(tree.resolve("pruned"), log.pruned(minimum, root, TIME));
  }

  private static void flip(Path file, int at) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[at] ^= 1;
    Files.write(file, bytes);
  }

  private Report verify(Optional<byte[]> earlier) throws Exception {
    return verifier(earlier).verify(new FolderTree(tree));
  }

  private LogVerifier verifier(Optional<byte[]> earlier) throws Exception {
    Path pem = folder.resolve("ca.pem");
    io.pulsewarden.platform.certificates.Pem.writeCertificates(pem, List.of(ca.certificate()));
    return new LogVerifier(log.key(), earlier, Optional.of(ServiceCa.read(pem)));
  }
}
