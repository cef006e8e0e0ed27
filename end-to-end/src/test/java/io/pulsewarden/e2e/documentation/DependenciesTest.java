package io.pulsewarden.e2e.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each dependency that a pom names has its line in ADR 3: what for, who keeps it, what else. */
class DependenciesTest {
  private static final Path DECISION = Path.of("docs/adr/0003-dependencies.md");
  private static final Pattern DEPENDENCY =
      Pattern.compile(
          "<dependency>\\s*(?:<!--.*?-->\\s*)*"
              + "<groupId>([^<]+)</groupId>\\s*<artifactId>([^<]+)</artifactId>",
          Pattern.DOTALL);
  private static final Pattern MANAGED =
      Pattern.compile("<dependencyManagement>.*?</dependencyManagement>", Pattern.DOTALL);

  static Stream<Path> poms() throws IOException {
    return Repository.files("pom.xml").stream();
  }

  @ParameterizedTest
  @MethodSource("poms")
  void shouldSayWhatEachDependencyIsFor(Path pom) throws IOException {
    var decision = Repository.text(DECISION);
    var direct = MANAGED.matcher(Repository.text(pom)).replaceAll("");

    assertThat(
            DEPENDENCY
                .matcher(direct)
                .results()
                .filter(dependency -> !dependency.group(1).equals("io.pulsewarden"))
                .map(dependency -> dependency.group(2))
                .filter(artifact -> !decision.contains(artifact + "`")))
        .as("without a line in %s", DECISION)
        .isEmpty();
  }
}
