package io.pulsewarden.logverifier;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewarden.platform.certificates.LocalCa;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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

  private String copy() {
    return folder.resolve("copy").toString();
  }

  private int run(String... arguments) {
    return Main.run(List.of(arguments), new PrintStream(printed, true, StandardCharsets.UTF_8));
  }
}
