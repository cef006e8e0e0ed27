package io.pulsewarden.e2e.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A page that names what is not there is worse than none. */
class DocumentationTest {
  private static final Pattern ELSEWHERE = Pattern.compile("^(https?|mailto):");
  private static final Pattern SOMEBODYS_FOLDER = Pattern.compile("/(home|Users|root|work)/");

  private static final Pattern NAMED_TEST = Pattern.compile("`([A-Z][A-Za-z]+(?:Test|IT|E2E))`");

  static Stream<Path> pages() throws IOException {
    return Repository.files(".md").stream();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void shouldLinkToWhatIsThere(Path page) throws IOException {
    for (String link : new Markdown(Repository.text(page)).links()) {
      if (ELSEWHERE.matcher(link).find()) {
        continue;
      }
      var parts = List.of(link.split("#", 2));
      var target = parts.getFirst().isEmpty() ? page : page.resolveSibling(parts.getFirst());
      var file = Repository.ROOT.resolve(target).normalize();

      assertThat(file).as("%s in %s", link, page).exists().startsWith(Repository.ROOT);
      if (parts.size() == 2) {
        assertThat(new Markdown(Files.readString(file)).anchors())
            .as("%s in %s", link, page)
            .contains(parts.get(1));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void shouldNameTestsThatThereAre(Path page) throws IOException {
    var tests = Repository.files(".java").stream().map(DocumentationTest::className).toList();

    assertThat(NAMED_TEST.matcher(Repository.text(page)).results().map(test -> test.group(1)))
        .isSubsetOf(tests);
  }

  @ParameterizedTest
  @MethodSource("pages")
  void shouldNameNoFolderOfSomebodysMachine(Path page) throws IOException {
    assertThat(Repository.text(page)).doesNotContainPattern(SOMEBODYS_FOLDER);
  }

  private static String className(Path file) {
    return file.getFileName().toString().replace(".java", "");
  }
}
