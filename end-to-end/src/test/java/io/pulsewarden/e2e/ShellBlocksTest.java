package io.pulsewarden.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewarden.e2e.ShellBlocks.Block;
import io.pulsewarden.e2e.ShellBlocks.Outcome;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShellBlocksTest {

  private static final String PAGE =
      """
      # A page

      ```sh
      greeting="hello $NAME"
      ```

      What it prints:

      ```
      not a command
      ```

      ```sh
      echo "$greeting"
      ```
      """;

  @Test
  void shouldTakeShellBlocksInOrderAndNothingElse() {
    assertThat(ShellBlocks.of(PAGE).blocks())
        .containsExactly(
            new Block(4, "greeting=\"hello $NAME\"\n"), new Block(14, "echo \"$greeting\"\n"));
  }

  @Test
  void shouldRunInOneShell(@TempDir Path folder) {
    Outcome outcome = ShellBlocks.of(PAGE).run(folder, Map.of("NAME", "world"));

    assertThat(outcome).isEqualTo(new Outcome(0, "--- line 4\n--- line 14\nhello world\n"));
  }

  @Test
  void shouldStopWhereACommandFails(@TempDir Path folder) {
    String page = "```sh\nfalse | cat\n```\n```sh\necho reached\n```\n";

    Outcome outcome = ShellBlocks.of(page).run(folder, Map.of());

    assertThat(outcome).isEqualTo(new Outcome(1, "--- line 2\n"));
  }
}
