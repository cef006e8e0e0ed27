package io.pulsewarden.simulator.senml;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SenmlPackTest {

  private static final UUID DEVICE = UUID.fromString("7d5b0a4e-4f0e-4c3c-9d5a-0d8a4f1c2b3a");
  private static final Instant TIME = Instant.parse("2026-03-01T10:00:00Z");

  @Test
  void shouldWriteAbsoluteTimesAndExactDecimals() {
    byte[] json =
        SenmlPack.json(
            DEVICE,
            List.of(
                record("8867-4", "/min", "62.8", TIME),
                record("59408-5", "%", "0", TIME.plusSeconds(60)),
                record("8480-6", "mm[Hg]", "120", TIME.minusMillis(2500))));

    assertThat(new String(json, UTF_8))
        .isEqualTo(
            "[{\"bn\":\"urn:uuid:7d5b0a4e-4f0e-4c3c-9d5a-0d8a4f1c2b3a:\",\"bt\":1772359200,"
                + "\"n\":\"8867-4\",\"u\":\"/min\",\"v\":62.8},"
                + "{\"n\":\"59408-5\",\"u\":\"%\",\"v\":0,\"t\":60},"
                + "{\"n\":\"8480-6\",\"u\":\"mm[Hg]\",\"v\":120,\"t\":-2.5}]");
  }

  @Test
  void shouldWriteMillisecondsOfTheBaseTime() {
    byte[] json =
        SenmlPack.json(DEVICE, List.of(record("8867-4", "/min", "60", TIME.plusMillis(7))));

    assertThat(new String(json, UTF_8)).contains("\"bt\":1772359200.007,");
  }

  @Test
  void shouldWriteSamplesAsAString() {
    byte[] json =
        SenmlPack.json(
            DEVICE, List.of(SenmlRecord.waveform("ecg-ii", "mV", "period=4;12 E -7", TIME)));

    assertThat(new String(json, UTF_8))
        .endsWith("\"n\":\"ecg-ii\",\"u\":\"mV\",\"vs\":\"period=4;12 E -7\"}]");
    assertThatThrownBy(() -> SenmlRecord.waveform("ecg-ii", "mV", "1\"", TIME))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldRefuseWhatWouldBreakTheJson() {
    assertThatThrownBy(() -> record("8867-4\"", "/min", "60", TIME))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> record("8867-4", "\"", "60", TIME))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> record("8867-4", "/min", "60", TIME.plusNanos(1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> SenmlPack.json(DEVICE, List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static SenmlRecord record(String name, String unit, String value, Instant time) {
    return new SenmlRecord(name, unit, new BigDecimal(value), time);
  }
}
