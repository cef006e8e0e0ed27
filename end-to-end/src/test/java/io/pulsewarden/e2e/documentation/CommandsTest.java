package io.pulsewarden.e2e.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the pages tell a reader to type, the script knows. */
class CommandsTest {
  private static final Pattern SUBCOMMAND = Pattern.compile("\\./pulsewarden +([a-z][a-z-]*)");

  @Test
  void shouldNameOnlyCommandsThatTheScriptKnows() throws IOException {
    var named = new TreeSet<String>();
    for (Path page : Repository.files(".md")) {
      SUBCOMMAND
          .matcher(Repository.text(page))
          .results()
          .forEach(match -> named.add(match.group(1)));
    }
    var help = help();

    assertThat(named)
        .contains("up", "test")
        .allSatisfy(name -> assertThat(help).containsPattern("\\./pulsewarden " + name + "\\b"));
  }

  private static String help() throws IOException {
    var process =
        new ProcessBuilder(Repository.ROOT.resolve("pulsewarden").toString(), "help")
            .redirectErrorStream(true)
            .start();
    try (var out = process.inputReader()) {
      return out.readAllAsString();
    }
  }
}
