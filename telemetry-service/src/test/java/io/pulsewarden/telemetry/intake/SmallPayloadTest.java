package io.pulsewarden.telemetry.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SmallPayloadTest {

  @Test
  void shouldTakeAPackOfTenReadingsForSmall() {
    String record = "{\"n\":\"8867-4\",\"u\":\"/min\",\"v\":62.8,\"t\":1800000000}";

    assertThat(SmallPayload.is(("[" + (record + ",").repeat(9) + record + "]").getBytes(UTF_8)))
        .isTrue();
  }

  @Test
  void shouldNotTakeManyRecordsForSmallHoweverFewBytesTheyAre() {
    byte[] maps = new byte[1_000];
    Arrays.fill(maps, (byte) 0xA0);

    assertThat(SmallPayload.is(maps)).isFalse();
    assertThat(SmallPayload.is("{},".repeat(100).getBytes(UTF_8))).isFalse();
    assertThat(SmallPayload.is(new byte[9_000])).isFalse();
  }
}
