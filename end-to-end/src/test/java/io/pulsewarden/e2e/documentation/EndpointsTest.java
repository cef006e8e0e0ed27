package io.pulsewarden.e2e.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every HTTP endpoint says by annotation who may call it, or that anybody may; nobody is kept out
 * by a path's pattern (see SECURITY.md).
 */
class EndpointsTest {
  private static final Pattern CLASS = Pattern.compile("(?m)^(public |final |abstract )*class ");
  private static final Pattern ENDPOINT = Pattern.compile("@(GET|POST|PUT|DELETE|PATCH|HEAD)\\b");
  private static final Pattern BRACES_IN_ANNOTATION = Pattern.compile("\\(\\{[^{}]*}\\)");
  private static final Pattern TEXT = Pattern.compile("\"[^\"\n]*\"");
  private static final Pattern WHO = Pattern.compile("@(RolesAllowed|PermitAll|Authenticated)\\b");

  /** The caller is a service, and its certificate is asked in the resource itself. */
  private static final Pattern BY_CERTIFICATE = Pattern.compile("\\bPeerIdentity\\.of\\(");

  static Stream<Path> resources() throws IOException {
    return Repository.files("Resource.java").stream()
        .filter(file -> file.toString().contains("src/main/java"));
  }

  @ParameterizedTest
  @MethodSource("resources")
  void shouldSayWhoMayCall(Path resource) throws IOException {
    var withoutTexts = TEXT.matcher(Repository.text(resource)).replaceAll("\"\"");
    var source = BRACES_IN_ANNOTATION.matcher(withoutTexts).replaceAll("()");
    var type = CLASS.matcher(source);
    assertThat(type.find()).as("%s has a class", resource).isTrue();
    if (WHO.matcher(source.substring(0, type.start())).find()
        || BY_CERTIFICATE.matcher(source).find()) {
      return;
    }

    assertThat(
            ENDPOINT
                .matcher(source)
                .results()
                .map(endpoint -> method(source, endpoint.start()))
                .filter(method -> !WHO.matcher(method).find()))
        .as("endpoints of %s that name no role and are not open by @PermitAll", resource)
        .isEmpty();
  }

  /** Annotations and signature of the method that the annotation at this place belongs to. */
  private static String method(String source, int place) {
    int from =
        Math.max(
            source.lastIndexOf('}', place),
            Math.max(source.lastIndexOf(';', place), source.lastIndexOf('{', place)));
    int to = source.indexOf('{', place);
    return source.substring(from + 1, to < 0 ? source.length() : to);
  }
}
