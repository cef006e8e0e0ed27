package io.pulsewarden.e2e.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ConfigurationTest {

  static Stream<Path> configurations() throws IOException {
    return Repository.files("application.properties").stream();
  }

  /**
   * Path-based checks and the router can disagree about a path (CVE-2026-87743), so they must not
   * be what keeps anybody out.
   */
  @ParameterizedTest
  @MethodSource("configurations")
  void shouldNotGuardByPath(Path configuration) throws IOException {
    assertThat(Repository.text(configuration)).doesNotContain("quarkus.http.auth.permission");
  }
}
