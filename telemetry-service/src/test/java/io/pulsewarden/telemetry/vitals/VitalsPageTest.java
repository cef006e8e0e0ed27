package io.pulsewarden.telemetry.vitals;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class VitalsPageTest {

  private final FormatPage page = FormatPage.named("vitals.md");

  @Test
  void shouldSayOfEachSignWhatTheCodeDoes() {
    assertThat(page.table("code"))
        .containsExactlyElementsOf(Arrays.stream(VitalSign.values()).map(this::row).toList());
  }

  @Test
  void shouldSayOfEachWaveformWhatTheCodeDoes() {
    assertThat(page.table("waveform"))
        .containsExactlyElementsOf(Arrays.stream(WaveSign.values()).map(this::row).toList());
  }

  private String row(WaveSign sign) {
    return "| `%s` | %s | `%s` | %s | %s | `%s` | %s |"
        .formatted(
            sign.code(),
            sign.display(),
            sign.alias(),
            sign.mdcName(),
            sign.scale().accepted().stream().map(this::unit).collect(joining(", ")),
            sign.scale().canonical(),
            sign.scale().most().toPlainString());
  }

  @Test
  void shouldListEachReason() {
    assertThat(page.table("reason"))
        .containsExactlyElementsOf(
            Arrays.stream(RejectionReason.values())
                .map(r -> "| `%s` | %s | %s |".formatted(r.wireName(), r.scope(), r.meaning()))
                .toList());
  }

  private String row(VitalSign sign) {
    return "| `%s` | %s | `%s` | %s | %s | `%s` | %s to %s | %d |"
        .formatted(
            sign.code(),
            sign.codes().display(),
            sign.codes().alias(),
            sign.codes().mdc() == 0 ? "-" : sign.codes().mdc() + " " + sign.codes().mdcName(),
            sign.units().accepted().stream().map(this::unit).collect(joining(", ")),
            sign.units().canonical(),
            sign.range().lowest().toPlainString(),
            sign.range().highest().toPlainString(),
            sign.range().decimals());
  }

  private String unit(AcceptedUnit unit) {
    String formula = "x";
    if (unit.plus().signum() != 0) {
      formula = "x - " + unit.plus().negate().toPlainString();
    }
    if (unit.times().compareTo(BigDecimal.ONE) != 0) {
      formula = (formula.length() > 1 ? "(" + formula + ")" : formula) + " * " + unit.times();
    }
    if (unit.over().compareTo(BigDecimal.ONE) != 0) {
      formula = formula + " / " + unit.over();
    }
    return "`" + unit.unit() + "`" + ("x".equals(formula) ? "" : " " + formula);
  }
}
