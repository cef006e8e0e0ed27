package io.pulsewarden.telemetry.vitals;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class VitalSignTest {

  @ParameterizedTest
  @CsvSource({
    "BODY_TEMPERATURE, 310.15, K, 37",
    "BODY_TEMPERATURE, 98.6, [degF], 37",
    "BODY_TEMPERATURE, 99.1, [degF], 37.2778",
    "BODY_WEIGHT, 154.3, [lb_av], 69.989302691",
    "BODY_WEIGHT, 70250, g, 70.25",
    "OXYGEN_SATURATION, 0.971, /, 97.1",
    "HEART_RATE, 62.8, beat/min, 62.8",
  })
  void shouldConvertExactly(VitalSign sign, BigDecimal sent, String unit, BigDecimal kept) {
    assertThat(sign.inCanonicalUnit(sent, unit).orElseThrow()).isEqualByComparingTo(kept);
  }

  @ParameterizedTest
  @EnumSource
  void shouldTakeItsCanonicalUnitUnchangedAndNoOther(VitalSign sign) {
    BigDecimal value = new BigDecimal("42.125");

    assertThat(sign.inCanonicalUnit(value, sign.units().canonical())).contains(value);
    assertThat(sign.inCanonicalUnit(new BigDecimal("1E+2"), sign.units().canonical()))
        .contains(new BigDecimal("100"));
    assertThat(sign.inCanonicalUnit(value, "furlong")).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void shouldFindEachByCodeAndAlias(VitalSign sign) {
    assertThat(VitalSign.named(sign.code())).contains(sign);
    assertThat(VitalSign.named(sign.codes().alias())).contains(sign);
  }

  @Test
  void shouldNotKnowThePanelAsARecord() {
    assertThat(VitalSign.named(VitalSign.BLOOD_PRESSURE_PANEL)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      names = {"HEART_RATE", "PULSE_RATE", "RESPIRATORY_RATE", "OXYGEN_SATURATION"},
      mode = EnumSource.Mode.INCLUDE)
  void shouldTakeZeroForASensorThatIsOff(VitalSign sign) {
    assertThat(sign.isPossible(BigDecimal.ZERO)).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void shouldIncludeBothEndsOfTheRange(VitalSign sign) {
    BigDecimal little = new BigDecimal("0.001");

    assertThat(sign.isPossible(sign.range().lowest())).isTrue();
    assertThat(sign.isPossible(sign.range().highest())).isTrue();
    assertThat(sign.isPossible(sign.range().lowest().subtract(little))).isFalse();
    assertThat(sign.isPossible(sign.range().highest().add(little))).isFalse();
  }
}
