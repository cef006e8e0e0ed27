package io.pulsewarden.benchmarks.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class VitalsPacketTest {

  private static final UUID DEVICE = UUID.fromString("018f0000-0000-7000-8000-000000000001");
  private static final long NOW = 1_764_338_000_123L;

  @Test
  void shouldBeAPackOfTenReadingsAndAboutSixHundredBytes() throws Exception {
    VitalsPacket packet = new VitalsPacket(DEVICE);
    byte[] out = new byte[packet.length()];

    packet.next(NOW, out, 0);

    String text = new String(out, UTF_8);
    assertThat(packet.payloadLength()).isBetween(570, 630);
    JsonNode pack = JsonMapper.builder().build().readTree(text.substring(text.indexOf('[')));
    assertThat(pack).hasSize(VitalsPacket.READINGS);
    assertThat(pack.get(0).path("bt").decimalValue()).isEqualByComparingTo("1764338000.123");
    assertThat(text)
        .contains("\"bt\":1764338000.123")
        .containsPattern("(?s)sent..1764338000\\.123");
  }

  @Test
  void shouldGiveEachMessageAnIdAndATimeOfItsOwn() {
    VitalsPacket packet = new VitalsPacket(DEVICE);
    byte[] out = new byte[2 * packet.length()];

    packet.next(NOW, out, 0);
    packet.next(NOW, out, packet.length());

    assertThat(packet.lastId()).isEqualTo(2);
    assertThat(new String(out, packet.length(), packet.length(), UTF_8)).contains("1764338000.124");
  }
}
