package io.pulsewarden.platform.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FreePortsTest {

  private static final int PORT = 20_000;

  @TempDir Path folder;

  @Test
  void shouldGiveTwoWhoDrawAtOnceNoPortTwice() throws Exception {
    List<Integer> drawn = new ArrayList<>();
    try (ExecutorService both = Executors.newFixedThreadPool(2)) {
      List<Future<List<Integer>>> draws = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        draws.add(
            both.submit(() -> IntStream.range(0, 300).mapToObj(_ -> FreePorts.find()).toList()));
      }
      for (Future<List<Integer>> draw : draws) {
        drawn.addAll(draw.get());
      }
    }

    assertThat(drawn).hasSize(600).doesNotHaveDuplicates();
  }

  @Test
  void shouldNotClaimWhatAnotherProcessHasUntilThatEnds() throws Exception {
    Path file = folder.resolve("ports");
    Process other = other(file);
    try (BufferedReader said =
        new BufferedReader(new InputStreamReader(other.getInputStream(), UTF_8))) {
      assertThat(said.readLine()).isEqualTo("true");

      assertThat(new ClaimedPorts(file).claim(PORT)).isFalse();
      assertThat(new ClaimedPorts(file).claim(PORT + 1)).isTrue();
    } finally {
      other.destroyForcibly().waitFor();
    }
    assertThat(new ClaimedPorts(file).claim(PORT)).isTrue();
  }

  @Test
  void shouldClaimForItselfAloneWhereTheFileIsNotItsOwn() throws IOException {
    // A folder can't be opened either, not even by root.
    Path file = Files.createDirectory(folder.resolve("ports"));
    ClaimedPorts ports = new ClaimedPorts(file);

    assertThat(ports.claim(PORT)).isTrue();
    assertThat(ports.claim(PORT)).isFalse();
    assertThat(new ClaimedPorts(file).claim(PORT)).isTrue();
  }

  private static Process other(Path file) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            Other.class.getName(),
            file.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** Claims the port, says whether it has it, and lives until it is killed. */
  static final class Other {

    private Other() {}

    public static void main(String[] args) throws IOException {
      System.out.println(new ClaimedPorts(Path.of(args[0])).claim(PORT));
      int _ = System.in.read();
    }
  }
}
