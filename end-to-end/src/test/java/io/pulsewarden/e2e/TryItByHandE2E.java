package io.pulsewarden.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Types the whole page docs/try-it-by-hand.md into a shell, against a running platform. */
@ExtendWith(PlatformExtension.class)
@Order(3)
class TryItByHandE2E {

  private final Platform platform;

  TryItByHandE2E(Platform platform) {
    this.platform = platform;
  }

  @Test
  void shouldDoWhatThePageSays(@TempDir Path folder) throws IOException {
    ShellBlocks page =
        ShellBlocks.of(Files.readString(Platform.ROOT.resolve("docs/try-it-by-hand.md")));

    ShellBlocks.Outcome outcome = page.run(folder, Map.of("PW_DATA", platform.data().toString()));

    assertThat(outcome.exitCode()).as(outcome.output()).isZero();
    assertThat(outcome.output()).contains("62.8", "impossible-value", "it is cut off");
  }
}
