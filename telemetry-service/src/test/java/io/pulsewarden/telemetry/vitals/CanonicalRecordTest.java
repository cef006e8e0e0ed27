package io.pulsewarden.telemetry.vitals;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class CanonicalRecordTest {

  @Test
  void shouldWriteTheGoldenBytes() {
    CanonicalRecord record =
        new CanonicalRecord(
            UUID.fromString("00000000-0000-4000-8000-000000000001"),
            UUID.fromString("00000000-0000-4000-8000-000000000002"),
            UUID.fromString("00000000-0000-4000-8000-000000000003"),
            GoldenReadings.PANEL);

    assertThat(HexFormat.of().formatHex(record.bytes()))
        .isEqualTo(FormatPage.named("vital-block.md").hexAfter("Golden: subject"));
  }

  @Test
  void shouldShowNothingInText() {
    UUID id = UUID.fromString("00000000-0000-4000-8000-000000000001");

    assertThat(new CanonicalRecord(id, id, id, GoldenReadings.PANEL))
        .hasToString("CanonicalRecord[redacted]");
  }
}
