package io.pulsewarden.telemetry.senml;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShortDecimalTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "-0",
        "0.0",
        "-0.000",
        "7",
        "72.5",
        "-0.500",
        "1800000000.001",
        "100",
        "1.50",
        "999999999999999999",
        "-99999999999999999",
        "0.0000000000000001",
        "-1234567890.123456"
      })
  void shouldReadTheNumberAndScaleThatTheJdkReads(String text) {
    char[] around = ("[" + text + "]").toCharArray();

    assertThat(ShortDecimal.read(around, 1, text.length())).isEqualTo(new BigDecimal(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e3", "1E-3", "9999999999999999999", "0.12345678901234567"})
  void shouldLeaveLongNumbersAndExponentsToTheJdk(String text) {
    assertThat(ShortDecimal.read(text.toCharArray(), 0, text.length())).isNull();
  }
}
