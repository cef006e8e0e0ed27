package io.pulsewarden.logverifier;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewarden.platform.certificates.LocalCa;
import io.pulsewarden.platform.certificates.Pem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogVerifierTest {

  private static final int SIZE = 600;

  @TempDir private Path folder;
  private final RandomGenerator random =
      RandomGeneratorFactory.of("L64X128MixRandom").create(20_261_123);
  private final TestLog log = new TestLog();
  private final LocalCa ca = LocalCa.create("services");
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private List<byte[]> entries = List.of();
  private Path tree = Path.of("");

  LogVerifierTest() throws Exception {}

  @BeforeEach
  void writeLog() throws Exception {
    tree = folder.resolve("tree");
    entries =
        new TestChain(ca, folder, "telemetry-service", "telemetry-service")
            .opened(1)
            .events(300)
            .heartbeat()
            .events(SIZE - 303)
            .closed()
            .values();
    log.write(tree, entries);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 255, 256, 257, 511, 512, 600})
  void shouldFindAGoodLogGood(int size) throws Exception {
    Path smaller = folder.resolve("smaller");
    log.write(smaller, entries.subList(0, size));

    Report report = verify(smaller, Optional.empty());

    assertThat(report.problems()).isEmpty();
    assertThat(report.size()).isEqualTo(size);
  }

  @Test
  void shouldFindTwoLevelsOfTilesGood() throws Exception {
    Path larger = folder.resolve("larger");
    List<byte[]> many = new ArrayList<>();
    for (int i = 0; i < 65_536 + 300; i++) {
      many.add(Integer.toString(i).getBytes(StandardCharsets.US_ASCII));
    }
    log.write(larger, many);

    Report report = verify(larger, Optional.empty());

    assertThat(report.problems()).isEmpty();
    assertThat(report.unchained()).isEqualTo(many.size());
    assertThat(larger.resolve("tile/2/000.p/1")).exists();
  }

  @Test
  void shouldFindAFlippedBitInAnyFileAtItsIndex() throws Exception {
    for (Path file : files()) {
      byte[] good = Files.readAllBytes(file);
      for (int attempt = 0; attempt < 8; attempt++) {
        byte[] bad = good.clone();
        bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
        Files.write(file, bad);

        assertThat(verify(tree, Optional.empty()).good())
            .as("a bit of %s", tree.relativize(file))
            .isFalse();
      }
      Files.write(file, good);
    }
    assertThat(verify(tree, Optional.empty()).good()).isTrue();
  }

  /**
   * Of a copy that grew: with partial tiles of earlier sizes, and a value too large for an entry.
   */
  @Test
  void shouldFindAFlippedBitAnywhereInACopyAndSayTheFirstIndex() throws Exception {
    // Given
    byte[] large = new byte[70_000];
    List<byte[]> all = new ArrayList<>(entries);
    all.add(TestLog.standIn(large, SIZE));
    Path copy = folder.resolve("copy");
    for (int size : new int[] {100, 300, all.size()}) {
      log.write(tree, all.subList(0, size));
      log.writeBlob(tree, large);
      new MirrorLog(new FolderTree(tree), log.key(), new FolderTarget(copy)).copy();
    }
    assertThat(verify(copy, Optional.empty()).problems()).isEmpty();
    List<String> files = new FolderTree(copy).list();
    assertThat(files)
        .contains(
            TileFiles.tile(0, 0, 100),
            TileFiles.bundle(1, 44),
            TileFiles.tile(1, 0, 1),
            TestLog.blob(large));
    long seed = 20_261_123L;
    RandomGenerator bits = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);

    for (int attempt = 0; attempt < 200; attempt++) {
      // When
      String path = files.get(attempt % files.size());
      byte[] good = Files.readAllBytes(copy.resolve(path));
      int at = bits.nextInt(good.length);
      byte[] bad = good.clone();
      bad[at] ^= (byte) (1 << bits.nextInt(8));
      Files.write(copy.resolve(path), bad);

      // Then
      List<Problem> problems = verify(copy, Optional.empty()).problems();
      assertThat(problems).as("seed %d: byte %d of %s", seed, at, path).isNotEmpty();
      assertThat(problems.getFirst().index())
          .as("seed %d: byte %d of %s", seed, at, path)
          .isEqualTo(FirstIndex.of(path, good, at, all.size() - 1));
      Files.write(copy.resolve(path), good);
    }
    assertThat(verify(copy, Optional.empty()).problems()).isEmpty();
  }

  @Test
  void shouldNameTheFirstEntryThatWasChanged() throws Exception {
    Path bundle = tree.resolve(TileFiles.bundle(1, 256));
    byte[] bytes = Files.readAllBytes(bundle);
    int third = 2 * 2 + entries.get(256).length + entries.get(257).length;
    bytes[third + 2 + 40] ^= 1;
    Files.write(bundle, bytes);

    assertThat(verify(tree, Optional.empty()).problems())
        .extracting(Problem::index)
        .containsExactly(258L);
  }

  @Test
  void shouldFindFilesThatWereCutAnywhere() throws Exception {
    for (Path file : files()) {
      byte[] good = Files.readAllBytes(file);
      for (int length : new int[] {0, 1, good.length / 2, good.length - 1}) {
        Files.write(file, Arrays.copyOf(good, length));

        assertThat(verify(tree, Optional.empty()).good())
            .as("%s cut to %d", tree.relativize(file), length)
            .isFalse();
      }
      Files.delete(file);
      assertThat(verify(tree, Optional.empty()).good()).isFalse();
      Files.write(file, good);
    }
  }

  @Test
  void shouldFindASmallLogCutAtAnyByte() throws Exception {
    Path small = folder.resolve("small");
    log.write(small, entries.subList(0, 5));
    try (Stream<Path> all = Files.walk(small)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        byte[] good = Files.readAllBytes(file);
        for (int length = 0; length < good.length; length++) {
          Files.write(file, Arrays.copyOf(good, length));
          assertThat(verify(small, Optional.empty()).good())
              .as("%s cut to %d", small.relativize(file), length)
              .isFalse();
        }
        Files.write(file, good);
      }
    }
    assertThat(verify(small, Optional.empty()).good()).isTrue();
  }

  /**
   * The keeper has the log's key, and nobody has seen a checkpoint: it drops an entry, and makes
   * its chain, the tree and the checkpoint anew. What it lacks is the producers' keys.
   */
  @Test
  void shouldConvictAKeeperWhoMadeAllOfItAnewWithoutOneEntry() throws Exception {
    Path pem = folder.resolve("ca.crt");
    Pem.writeCertificates(pem, List.of(ca.certificate()));
    assertThat(run(tree, pem)).isZero();
    assertThat(printed.toString(StandardCharsets.UTF_8)).contains("GOOD");

    Path forged = folder.resolve("forged");
    log.write(forged, TestLog.without(100, entries));

    assertThat(run(forged, pem)).isEqualTo(1);
    // The heartbeat was record 301.
    assertThat(printed.toString(StandardCharsets.UTF_8))
        .contains("WRONG    entry 300: record 300 of telemetry-service/", "did not sign", "BAD");
  }

  /** The same keeper drops what came last, a read among it, and never says that it ended. */
  @Test
  void shouldConvictAKeeperWhoMadeAllOfItAnewWithoutAnEnd() throws Exception {
    Path pem = folder.resolve("ca.crt");
    Pem.writeCertificates(pem, List.of(ca.certificate()));
    List<byte[]> forgotten = new ArrayList<>(entries.subList(0, 50));
    forgotten.addAll(
        new TestChain(ca, folder, "audit-service", "audit-service")
            .opened(2)
            .heartbeats(721)
            .values());
    Path forged = folder.resolve("forged");
    log.write(forged, forgotten);

    assertThat(run(forged, pem)).isEqualTo(1);
    assertThat(printed.toString(StandardCharsets.UTF_8))
        .contains("WRONG    entry 49: record 49 of telemetry-service/", "BAD");
  }

  private int run(Path where, Path serviceCa) throws Exception {
    return Main.run(
        List.of(
            "verify",
            where.toString(),
            "--key",
            log.keyText(),
            "--service-ca",
            serviceCa.toString()),
        new PrintStream(printed, true, StandardCharsets.UTF_8));
  }

  @Test
  void shouldFindAnEntryThatTheKeeperRemovedThoughTheTreeIsWhole() throws Exception {
    assertKeeperFound(changed -> changed.remove(100), 100);
  }

  @Test
  void shouldFindEntriesThatTheKeeperSwapped() throws Exception {
    assertKeeperFound(changed -> Collections.swap(changed, 100, 101), 100);
  }

  @Test
  void shouldFindAnEntryThatTheKeeperReplaced() throws Exception {
    assertKeeperFound(changed -> changed.set(100, changed.get(99)), 100);
  }

  @Test
  void shouldFindAnEntryThatTheKeeperAdded() throws Exception {
    assertKeeperFound(changed -> changed.add(100, changed.get(50)), 100);
  }

  @Test
  void shouldFindAnEarlierCheckpointOnItsWay() throws Exception {
    byte[] earlier = log.checkpoint(300, TestLog.treeHash(entries.subList(0, 300)));

    assertThat(verify(tree, Optional.of(earlier)).problems()).isEmpty();
  }

  @Test
  void shouldFindALogThatWasRolledBack() throws Exception {
    byte[] earlier = Files.readAllBytes(tree.resolve("checkpoint"));
    Path older = folder.resolve("older");
    log.write(older, entries.subList(0, 500));

    Report report = verify(older, Optional.of(earlier));

    assertThat(report.problems().getFirst().message()).contains("rolled back");
  }

  @Test
  void shouldFindALogThatWasForked() throws Exception {
    byte[] earlier = Files.readAllBytes(tree.resolve("checkpoint"));
    Path fork = folder.resolve("fork");
    TestChain another = new TestChain(ca, folder, "telemetry-service", "telemetry-service");
    log.write(fork, another.opened(2).events(700).heartbeat().values());

    Report report = verify(fork, Optional.of(earlier));

    assertThat(report.problems().getFirst().message()).contains("forked");
  }

  @Test
  void shouldNotBelieveAnotherKeysCheckpoint() throws Exception {
    new TestLog().write(tree, entries);

    assertThat(verify(tree, Optional.empty()).problems().getFirst().message())
        .contains("not signed by this log's key");
  }

  /** The keeper without the log's key: it has to leave the old tiles, or to make new ones. */
  @Test
  void shouldFindWhatWasDoneToEntriesUnderAnOldCheckpoint() throws Exception {
    byte[] checkpoint = Files.readAllBytes(tree.resolve("checkpoint"));
    List<Change> changes =
        List.of(
            changed -> changed.remove(100),
            changed -> changed.add(100, changed.get(50)),
            changed -> Collections.swap(changed, 100, 101),
            changed -> changed.set(100, changed.get(99)));
    for (Change change : changes) {
      List<byte[]> changed = new ArrayList<>(entries);
      change.make(changed);
      Path forged = folder.resolve("forged");
      // As many entries as the checkpoint says: the last bundle's name has to fit.
      log.write(forged, sized(changed));
      Files.write(forged.resolve("checkpoint"), checkpoint);

      // With tiles made anew, all that is wrong is the root, and the chain at its first place
      assertThat(verify(forged, Optional.empty()).problems().stream().map(Problem::index))
          .contains(100L);

      // With the old tiles, the first entry that does not fit
      for (int tile = 0; tile < 3; tile++) {
        String path = TileFiles.tile(0, tile, Math.min(256, SIZE - 256 * tile));
        Files.copy(tree.resolve(path), forged.resolve(path), StandardCopyOption.REPLACE_EXISTING);
      }
      assertThat(verify(forged, Optional.empty()).problems().getFirst().index()).isEqualTo(100);
    }
  }

  private List<byte[]> sized(List<byte[]> changed) {
    List<byte[]> sized = new ArrayList<>(changed);
    while (sized.size() < SIZE) {
      sized.add(entries.getLast());
    }
    return sized.subList(0, SIZE);
  }

  private interface Change {
    void make(List<byte[]> entries);
  }

  /** The keeper has the log's key: the tree is whole again, and its checkpoint is signed. */
  private void assertKeeperFound(Change change, long index) throws Exception {
    List<byte[]> changed = new ArrayList<>(entries);
    change.make(changed);
    Path forged = folder.resolve("forged");
    log.write(forged, changed);

    assertThat(verify(forged, Optional.empty()).problems().getFirst().index()).isEqualTo(index);
  }

  private Report verify(Path where, Optional<byte[]> earlier) throws Exception {
    return new LogVerifier(log.key(), earlier, Optional.empty()).verify(new FolderTree(where));
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.walk(tree)) {
      return all.filter(Files::isRegularFile).toList();
    }
  }
}
