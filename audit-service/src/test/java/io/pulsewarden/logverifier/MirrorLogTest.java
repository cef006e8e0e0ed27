package io.pulsewarden.logverifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pulsewarden.platform.certificates.LocalCa;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MirrorLogTest {

  private static final int EARLIER = 300;

  @TempDir private Path folder;
  private final TestLog log = new TestLog();
  private List<byte[]> entries = List.of();
  private Path copy = Path.of("");

  MirrorLogTest() throws Exception {}

  @BeforeEach
  void writeLog() throws Exception {
    entries =
        new TestChain(LocalCa.create("services"), folder, "a-service", "a-service")
            .opened(1)
            .events(800)
            .closed()
            .values();
    log.write(folder.resolve("earlier"), entries.subList(0, EARLIER));
    log.write(folder.resolve("tree"), entries);
    copy = folder.resolve("copy");
    new MirrorLog(new FolderTree(folder.resolve("earlier")), log.key(), new FolderTarget(copy))
        .copy();
  }

  @Test
  void shouldGoOnFromWhereverItWasCutOff() throws Exception {
    // Given a copy that is cut at each new file in turn, with half a file left behind
    FolderTree whole = new FolderTree(folder.resolve("tree"));
    int cuts = 0;
    while (!copied(cutAfter(whole, cuts + 1))) {
      cuts++;
      assertThat(verify().problems()).isEmpty();
      assertThat(verify().size()).isEqualTo(EARLIER);
    }

    // When it was let go on to its end
    assertThat(cuts).isGreaterThan(5);

    // Then
    assertThat(verify().problems()).isEmpty();
    assertThat(verify().size()).isEqualTo(entries.size());
  }

  private TreeSource cutAfter(FolderTree whole, int reads) {
    int[] left = {reads};
    return path -> {
      if (left[0]-- == 0) {
        Path half = copy.resolve(path + ".part");
        Files.createDirectories(half.resolveSibling("."));
        Files.write(half, new byte[] {1, 2, 3});
        throw new IOException("cut");
      }
      return whole.read(path);
    };
  }

  private boolean copied(TreeSource source) throws Exception {
    try {
      new MirrorLog(source, log.key(), new FolderTarget(copy)).copy();
      return true;
    } catch (IOException cut) {
      assertThat(cut).hasMessage("cut");
      return false;
    }
  }

  @Test
  void shouldAskForWhatIsNewAlone() throws Exception {
    List<String> asked = new ArrayList<>();
    FolderTree whole = new FolderTree(folder.resolve("tree"));
    TreeSource counting =
        path -> {
          asked.add(path);
          return whole.read(path);
        };

    new MirrorLog(counting, log.key(), new FolderTarget(copy)).copy();

    assertThat(asked).doesNotContain(TileFiles.bundle(0, 256), TileFiles.tile(0, 0, 256));
  }

  @Test
  void shouldNotReplaceACopyByALogThatWasRolledBack() throws Exception {
    log.write(folder.resolve("older"), entries.subList(0, 299));

    assertRefused("older", "rolled back");
  }

  @Test
  void shouldNotReplaceACopyByALogThatWasForked() throws Exception {
    List<byte[]> forked = new ArrayList<>(entries);
    forked.set(290, entries.get(291));
    log.write(folder.resolve("fork"), forked);

    assertRefused("fork", "another entry");
    forked.set(290, entries.get(290));
    forked.set(7, entries.get(8));
    log.write(folder.resolve("early"), forked);
    assertRefused("early", "signed root");
  }

  @Test
  void shouldNotTakeTilesThatTheCheckpointDoesNotSign() throws Exception {
    Path tile = folder.resolve("tree").resolve(TileFiles.tile(0, 2, 256));
    byte[] bytes = Files.readAllBytes(tile);
    bytes[5] ^= 1;
    Files.write(tile, bytes);

    assertRefused("tree", "signed root");
    assertThat(copy.resolve(TileFiles.tile(0, 2, 256))).doesNotExist();
  }

  @Test
  void shouldNotTakeEntriesThatTheirTilesDoNotHave() throws Exception {
    Path bundle = folder.resolve("tree").resolve(TileFiles.bundle(2, 256));
    byte[] bytes = Files.readAllBytes(bundle);
    bytes[5] ^= 1;
    Files.write(bundle, bytes);

    assertRefused("tree", "does not hash");
    assertThat(copy.resolve(TileFiles.bundle(2, 256))).doesNotExist();
  }

  @Test
  void shouldMakeTheSameFilesAsTheLogHas() throws Exception {
    List<byte[]> many = new ArrayList<>();
    for (int i = 0; i < 65_536 + 300; i++) {
      many.add(Integer.toString(i).getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    }
    Path other = folder.resolve("other");
    for (int size : new int[] {1, 255, 256, 600, many.size()}) {
      Path part = folder.resolve("part-" + size);
      log.write(part, many.subList(0, size));

      new MirrorLog(new FolderTree(part), log.key(), new FolderTarget(other)).copy();

      try (Stream<Path> files = Files.walk(part)) {
        assertThat(files.filter(Files::isRegularFile).toList())
            .allSatisfy(
                file ->
                    assertThat(other.resolve(part.relativize(file))).hasSameBinaryContentAs(file));
      }
    }
  }

  private void assertRefused(String source, String why) throws Exception {
    byte[] before = Files.readAllBytes(copy.resolve("checkpoint"));

    assertThatThrownBy(
            () ->
                new MirrorLog(
                        new FolderTree(folder.resolve(source)), log.key(), new FolderTarget(copy))
                    .copy())
        .isInstanceOf(BadLogException.class)
        .hasMessageContaining(why);
    assertThat(Files.readAllBytes(copy.resolve("checkpoint"))).isEqualTo(before);
  }

  private Report verify() throws Exception {
    return new LogVerifier(log.key(), Optional.empty(), Optional.empty())
        .verify(new FolderTree(copy));
  }
}
