package io.pulsewarden.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the script says before anything runs. */
final class ScriptTest {

  @TempDir Path folder;

  @Test
  void shouldNameAJdkThatIsTooOldInOneLine() throws IOException {
    Path old = folder.resolve("jdk-17");
    Files.createDirectories(old.resolve("bin"));
    Files.writeString(old.resolve("release"), "JAVA_VERSION=\"17.0.9\"\n");
    Path javac = Files.writeString(old.resolve("bin/javac"), "#!/bin/sh\n");
    Files.setPosixFilePermissions(javac, PosixFilePermissions.fromString("rwx------"));

    CommandResult up =
        script("up")
            .environment("PULSEWARDEN_JDKS", folder.resolve("none") + ":" + old)
            .environment("JAVA_HOME", "")
            .run();

    assertThat(up.exitCode()).isEqualTo(1);
    assertThat(up.output().lines())
        .singleElement()
        .asString()
        .contains("no JDK 25 found", "JDK 17 in " + old + " is too old", "JAVA_HOME");
    assertThat(folder.resolve("data")).doesNotExist();
  }

  @Test
  void shouldNameACommandThatThereIsNot() {
    CommandResult unknown = script("upp").run();

    assertThat(unknown.exitCode()).isEqualTo(1);
    assertThat(unknown.output()).contains("there is no command 'upp'").hasLineCount(1);
  }

  private Command script(String command) {
    return Command.of(Platform.ROOT.resolve("pulsewarden").toString(), command)
        .with("--data", folder.resolve("data").toString());
  }
}
