package io.pulsewarden.telemetry.vitals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pulsewarden.telemetry.vitals.Reading.Quantity;
import io.pulsewarden.telemetry.vitals.Reading.Waveform;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WaveBlockTest {

  private static final Samples.Grid GRID =
      new Samples.Grid(
          new BigDecimal("4"), new BigDecimal("0.005"), BigDecimal.ZERO, null, new BigDecimal("5"));
  private static final Waveform ECG =
      new Waveform(
          WaveSign.ECG_II,
          1_800_000_000_000L,
          new Samples(GRID, new int[] {12, 13, -200, Samples.ERROR, 12, Samples.ABOVE}));
  private static final byte[] GOLDEN =
      HexFormat.of().parseHex(FormatPage.named("vital-block.md").hexAfter("Golden of a waveform"));

  @Test
  void shouldWriteAndReadTheGoldenBytes() {
    VitalBlock block = new VitalBlock(false, List.of(ECG));

    assertThat(HexFormat.of().formatHex(block.encode()))
        .isEqualTo(HexFormat.of().formatHex(GOLDEN));
    assertThat(VitalBlock.decode(GOLDEN)).isEqualTo(block);
  }

  @Test
  void shouldProveItByADigest() {
    UUID patient = UUID.fromString("00000000-0000-4000-8000-000000000001");
    UUID source = UUID.fromString("00000000-0000-4000-8000-000000000002");
    UUID device = UUID.fromString("00000000-0000-4000-8000-000000000003");

    assertThat(HexFormat.of().formatHex(new CanonicalRecord(patient, source, device, ECG).bytes()))
        .isEqualTo(FormatPage.named("vital-block.md").hexAfter("Golden record of a waveform"));
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

  @Test
  void shouldRefuseEachShorterForm() {
    for (int length = 0; length < GOLDEN.length; length++) {
      byte[] cut = Arrays.copyOf(GOLDEN, length);
      assertThatExceptionOfType(MalformedBlockException.class)
          .isThrownBy(() -> VitalBlock.decode(cut));
    }
  }

  @Property(tries = 300)
  void shouldReadWhatItWrote(
      @ForAll @Size(min = 1, max = 50)
          List<@IntRange(min = -8_388_607, max = 8_388_607) Integer> values,
      @ForAll long time) {
    Samples samples = new Samples(GRID, values.stream().mapToInt(Integer::intValue).toArray());
    VitalBlock block =
        new VitalBlock(
            true,
            List.of(
                new Waveform(WaveSign.PPG, time, samples),
                new Quantity(VitalSign.HEART_RATE, 1_800_000_000_000L, BigDecimal.TEN)));

    assertThat(VitalBlock.decode(block.encode())).isEqualTo(block);
  }

  @ParameterizedTest
  @EnumSource
  void shouldFindEachByCodeAndAliasAndByNoVitalSigns(WaveSign sign) {
    assertThat(WaveSign.named(sign.code())).contains(sign);
    assertThat(WaveSign.named(sign.alias())).contains(sign);
    assertThat(VitalSign.named(sign.code())).isEmpty();
    assertThat(VitalSign.named(sign.alias())).isEmpty();
    assertThat(sign.wireId()).isBetween(64, 127);
  }

  @Test
  void shouldShowNoSampleInText() {
    assertThat(ECG + " " + ECG.samples() + " " + ECG.samples().grid())
        .doesNotContain("200", "0.005");
  }
}
