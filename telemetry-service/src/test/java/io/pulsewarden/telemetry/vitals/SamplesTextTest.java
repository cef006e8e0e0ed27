package io.pulsewarden.telemetry.vitals;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewarden.telemetry.vitals.SamplesText.Result.Read;
import io.pulsewarden.telemetry.vitals.SamplesText.Result.Refused;
import java.math.BigDecimal;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SamplesTextTest {

  @Test
  void shouldReadSamplesInTheCanonicalUnit() {
    Samples samples = read("uV", "period=4,factor=5,origin=-1000,upper=9000;12 13 -200 E 12 U");

    assertThat(samples.grid())
        .isEqualTo(
            new Samples.Grid(
                new BigDecimal("4"),
                new BigDecimal("0.005"),
                new BigDecimal("-1"),
                null,
                new BigDecimal("9")));
    assertThat(samples.text()).isEqualTo("12 13 -200 E 12 U");
    assertThat(samples.extreme()).contains(new BigDecimal("2.000"));
  }

  @Test
  void shouldLeaveFactorAndOriginOut() {
    assertThat(read("mV", "period=7.8125;0 1"))
        .isEqualTo(read("mV", "origin=0,period=7.81250,factor=1.0;0 1"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          mV | 1 2 3                          | BAD_SAMPLES
          mV | ;1 2 3                         | BAD_SAMPLES
          mV | factor=1;1 2 3                 | BAD_SAMPLES
          mV | period=4                       | BAD_SAMPLES
          mV | period=4;                      | BAD_SAMPLES
          mV | period=4;1  2                  | BAD_SAMPLES
          mV | period=4;1 2.5                 | BAD_SAMPLES
          mV | period=4;01                    | BAD_SAMPLES
          mV | period=4;8388608               | BAD_SAMPLES
          mV | period=4;L                     | BAD_SAMPLES
          mV | period=4;U                     | BAD_SAMPLES
          mV | period=4;X                     | BAD_SAMPLES
          mV | period=4,period=4;1            | BAD_SAMPLES
          mV | period=4,gain=2;1              | BAD_SAMPLES
          mV | period=4e0;1                   | BAD_SAMPLES
          mV | period=4,factor=0;1            | BAD_SAMPLES
          mV | period=4,factor=-1;1           | BAD_SAMPLES
          mV | period=0.09;1                  | IMPOSSIBLE_PERIOD
          mV | period=1000.1;1                | IMPOSSIBLE_PERIOD
          mV | period=-4;1                    | IMPOSSIBLE_PERIOD
          mV | period=4.0000001;1             | IMPOSSIBLE_PERIOD
          V  | period=4;1                     | WRONG_UNIT
             | period=4;1                     | WRONG_UNIT
          mV | period=4;501                   | IMPOSSIBLE_VALUE
          mV | period=4,origin=-600;-1 99     | IMPOSSIBLE_VALUE
          """)
  void shouldSayWhy(String unit, String text, RejectionReason reason) {
    assertThat(SamplesText.read(WaveSign.ECG_II, unit, text)).isEqualTo(new Refused(reason));
  }

  @Test
  void shouldTakeUpToAMinuteAndTenThousandSamples() {
    assertThat(read("mV", "period=6;" + "0 ".repeat(9_999) + "0").count()).isEqualTo(10_000);
    assertThat(SamplesText.read(WaveSign.ECG, "mV", "period=6.1;" + "0 ".repeat(9_999) + "0"))
        .isEqualTo(new Refused(RejectionReason.TOO_MANY_SAMPLES));
    assertThat(SamplesText.read(WaveSign.ECG, "mV", "period=1;" + "0 ".repeat(10_000) + "0"))
        .isEqualTo(new Refused(RejectionReason.TOO_MANY_SAMPLES));
  }

  @Test
  void shouldTakeABlockInWhichNothingWasMeasured() {
    assertThat(read("mV", "period=4;E E").extreme()).isEmpty();
  }

  @Property(tries = 1_000)
  void shouldAnswerWhateverComes(@ForAll String head, @ForAll String data) {
    assertThat(SamplesText.read(WaveSign.PPG, "1", head + ";" + data)).isNotNull();
    assertThat(SamplesText.read(WaveSign.PPG, "1", "period=4;" + data)).isNotNull();
  }

  private static Samples read(String unit, String text) {
    return ((Read) SamplesText.read(WaveSign.ECG_II, unit, text)).samples();
  }
}
