package io.pulsewarden.registry.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.pulsewarden.registry.problem.ProblemException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IfMatchTest {

  @ParameterizedTest
  @ValueSource(strings = {"\"7\"", "*", "\"3\", \"7\"", " \"7\" ", "\"7\","})
  void shouldMatchTheVersion(String header) {
    assertThatCode(() -> IfMatch.required(header).check(7)).doesNotThrowAnyException();
  }

  @Test
  void shouldNameTheVersionThatIsThere() {
    assertThat(code(() -> IfMatch.required("\"6\"").check(7))).isEqualTo("precondition-failed");
  }

  @Test
  void shouldAskForTheHeaderWhereItIsNeeded() {
    assertThat(code(() -> IfMatch.required(null))).isEqualTo("precondition-required");
    assertThatCode(() -> IfMatch.optional(null).check(7)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "7",
        "\"\"",
        "W/\"7\"",
        "\"7\" \"8\"",
        "\"7\"x",
        "\"-1\"",
        "\"9999999999999999999\""
      })
  void shouldRefuseWhatIsNoTag(String header) {
    assertThat(code(() -> IfMatch.optional(header))).isEqualTo("invalid-header");
  }

  @Test
  void shouldReadItsOwnTag() {
    assertThatCode(() -> IfMatch.required(IfMatch.tag(12)).check(12)).doesNotThrowAnyException();
  }

  private static String code(ThrowingCallable call) {
    return catchThrowableOfType(ProblemException.class, call).problem().code();
  }
}
