package io.pulsewarden.telemetry.vitals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.pulsewarden.telemetry.vitals.Reading.Quantity;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VitalBlockTest {

  private static final byte[] GOLDEN =
      HexFormat.of().parseHex(FormatPage.named("vital-block.md").hexAfter("Golden: not skewed"));

  @Test
  void shouldWriteTheGoldenBytes() {
    assertThat(HexFormat.of().formatHex(GoldenReadings.BLOCK.encode()))
        .isEqualTo(HexFormat.of().formatHex(GOLDEN));
  }

  @Test
  void shouldReadTheGoldenBytes() {
    assertThat(VitalBlock.decode(GOLDEN)).isEqualTo(GoldenReadings.BLOCK);
  }

  @Test
  void shouldWriteAndReadTheGoldenBytesOfABlockThatNamesItsAssignment() {
    byte[] golden =
        HexFormat.of().parseHex(FormatPage.named("vital-block.md").hexAfter("Golden of version 2"));

    assertThat(HexFormat.of().formatHex(GoldenReadings.WORN_BLOCK.encode()))
        .isEqualTo(HexFormat.of().formatHex(golden));
    assertThat(VitalBlock.decode(golden)).isEqualTo(GoldenReadings.WORN_BLOCK);
    for (int length = 0; length < golden.length; length++) {
      byte[] cut = Arrays.copyOf(golden, length);
      assertThatExceptionOfType(MalformedBlockException.class)
          .isThrownBy(() -> VitalBlock.decode(cut));
    }
  }

  @Test
  void shouldWriteAndReadTheGoldenBytesOfTheLaterSigns() {
    String golden = FormatPage.named("vital-block.md").hexAfter("Golden of the signs 12 to 15");

    assertThat(HexFormat.of().formatHex(GoldenReadings.LATER_SIGNS.encode())).isEqualTo(golden);
    assertThat(VitalBlock.decode(HexFormat.of().parseHex(golden)))
        .isEqualTo(GoldenReadings.LATER_SIGNS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "1",
        "127",
        "128",
        "255",
        "256",
        "-1",
        "-128",
        "-129",
        "32767",
        "32768",
        "-32769",
        "8388608",
        "2147483648",
        "72.5",
        "-0.500",
        "0.00000000000000001",
        "999999999999999999",
        "-999999999999999999",
        "1000000000000000000",
        "9223372036854775808",
        "-9223372036854775809",
        "1234567890123456789012345"
      })
  void shouldWriteEachValueAsTheFewestBytesOfTwosComplement(String value) {
    Quantity quantity = new Quantity(VitalSign.STEPS, 0, new BigDecimal(value));
    byte[] digits = quantity.value().unscaledValue().toByteArray();

    byte[] bytes = new VitalBlock(false, List.of(quantity)).encode();

    int begin = bytes.length - digits.length;
    assertThat(Arrays.copyOfRange(bytes, begin, bytes.length)).isEqualTo(digits);
    assertThat(bytes[begin - 1]).isEqualTo((byte) digits.length);
    assertThat(bytes[begin - 2]).isEqualTo((byte) quantity.value().scale());
    assertThat(VitalBlock.decode(bytes).readings()).containsExactly(quantity);
  }

  @Test
  void shouldKnowItsFirstAndLastTime() {
    assertThat(GoldenReadings.BLOCK.firstTimeMillis()).isEqualTo(1_800_000_000_000L);
    assertThat(GoldenReadings.BLOCK.lastTimeMillis()).isEqualTo(1_800_000_060_000L);
  }

  @Test
  void shouldRefuseEachShorterOrLongerForm() {
    for (int length = 0; length < GOLDEN.length; length++) {
      byte[] cut = Arrays.copyOf(GOLDEN, length);
      assertThatExceptionOfType(MalformedBlockException.class)
          .isThrownBy(() -> VitalBlock.decode(cut));
    }
    assertThatExceptionOfType(MalformedBlockException.class)
        .isThrownBy(() -> VitalBlock.decode(Arrays.copyOf(GOLDEN, GOLDEN.length + 1)));
  }

  @Property(tries = 2_000)
  void shouldReadOneFormOnlyWhateverIsChanged(
      @ForAll @IntRange(max = 1_000) int where, @ForAll byte to) {
    byte[] changed = GOLDEN.clone();
    changed[where % changed.length] = to;

    try {
      assertThat(VitalBlock.decode(changed).encode()).isEqualTo(changed);
    } catch (MalformedBlockException refused) {
      assertThat(changed).isNotEqualTo(GOLDEN);
    }
  }

  @Property(tries = 500)
  void shouldReadWhatItWrote(@ForAll List<Long> times, @ForAll BigDecimal value) {
    if (!times.isEmpty() && value.precision() <= 40) {
      VitalBlock block =
          new VitalBlock(
              true,
              times.stream()
                  .<Reading>map(time -> new Quantity(VitalSign.BODY_WEIGHT, time, value))
                  .toList());

      assertThat(VitalBlock.decode(block.encode())).isEqualTo(block);
    }
  }

  @Test
  void shouldTakeEqualValuesForEqualWhateverTheirZeros() {
    assertThat(new Quantity(VitalSign.HEART_RATE, 1, new BigDecimal("60.00")))
        .isEqualTo(new Quantity(VitalSign.HEART_RATE, 1, new BigDecimal("6E+1")));
  }

  @Test
  void shouldNotTakeAPressureOutsideAPanel() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Quantity(VitalSign.MEAN_PRESSURE, 1, BigDecimal.TEN));
  }

  @Test
  void shouldNotTakeANumberOfEndlessDigits() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Quantity(VitalSign.HEART_RATE, 1, new BigDecimal("1E+999999999")));
  }

  @Test
  void shouldShowNoValueInText() {
    assertThat(GoldenReadings.BLOCK + " " + GoldenReadings.BLOCK.readings())
        .doesNotContain("62.8", "120", "92.5");
  }
}
