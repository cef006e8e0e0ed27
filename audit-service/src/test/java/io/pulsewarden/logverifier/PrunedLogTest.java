package io.pulsewarden.logverifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pulsewarden.platform.certificates.LocalCa;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
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
        .contains(new Report.Pruned(MINIMUM, Instant.parse(TIME), MINIMUM, 1));
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
