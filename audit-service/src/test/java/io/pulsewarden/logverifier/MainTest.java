package io.pulsewarden.logverifier;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewarden.platform.certificates.LocalCa;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {

  @TempDir private Path folder;
  private final TestLog log = new TestLog();
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

  MainTest() throws Exception {}

  @BeforeEach
  void writeLog() throws Exception {
    log.write(
        folder.resolve("tree"),
        new TestChain(LocalCa.create("services"), folder, "a-service", "a-service")
            .opened(1)
            .events(400)
            .closed()
            .values());
  }

  @Test
  void shouldMirrorALogThatVerifies() throws Exception {
    assertThat(
            run(
                "mirror",
                folder.resolve("tree").toString(),
                "--key",
                log.keyText(),
                "--to",
                copy()))
        .isZero();
    assertThat(run("verify", copy(), "--key", log.keyText())).isZero();
    assertThat(printed.toString(StandardCharsets.UTF_8)).contains("entries  402", "GOOD");
  }

  @Test
  void shouldSayWhereALogIsWrong() throws Exception {
    run("mirror", folder.resolve("tree").toString(), "--key", log.keyText(), "--to", copy());
    Path tile = Path.of(copy()).resolve(TileFiles.tile(0, 0, 256));
    byte[] bytes = Files.readAllBytes(tile);
    bytes[7 * Hashes.BYTES] ^= 1;
    Files.write(tile, bytes);

    assertThat(run("verify", copy(), "--key", log.keyText())).isEqualTo(1);
    assertThat(printed.toString(StandardCharsets.UTF_8)).contains("WRONG    entry 7", "BAD");
  }

  @Test
  void shouldSayThatItCouldNotCheck() {
    assertThat(run("verify", copy(), "--key", "no key")).isEqualTo(2);
    assertThat(run("verify")).isEqualTo(2);
    assertThat(run("verify", copy(), "--frobnicate", "x")).isEqualTo(2);
  }

  @Test
  void shouldCheckAReceipt() throws Exception {
    List<byte[]> entries = List.of(new byte[] {1}, new byte[] {2});
    Path receipt = folder.resolve("r.tlog-proof");
    Path entry = folder.resolve("entry");
    Files.writeString(
        receipt,
        "c2sp.org/tlog-proof@v1\nindex 1\n"
            + Base64.getEncoder().encodeToString(Hashes.leaf(entries.getFirst()))
            + "\n\n"
            + new String(log.checkpoint(2, TestLog.treeHash(entries)), StandardCharsets.UTF_8));

    Files.write(entry, entries.getLast());
    assertThat(proven(receipt, entry)).isZero();
    assertThat(printed.toString(StandardCharsets.UTF_8))
        .contains("GOOD     it is entry 1 of the 2");
    Files.write(entry, entries.getFirst());
    assertThat(proven(receipt, entry)).isEqualTo(1);
    assertThat(proven(receipt, folder.resolve("none"))).isEqualTo(2);
    assertThat(run("verify-proof", receipt.toString(), "--key", log.keyText())).isEqualTo(2);
  }

  private int proven(Path receipt, Path entry) throws Exception {
    return run(
        "verify-proof", receipt.toString(), "--key", log.keyText(), "--entry", entry.toString());
  }

  private String copy() {
    return folder.resolve("copy").toString();
  }

  private int run(String... arguments) {
    return Main.run(List.of(arguments), new PrintStream(printed, true, StandardCharsets.UTF_8));
  }
}
