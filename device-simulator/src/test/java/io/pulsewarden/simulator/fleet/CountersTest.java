package io.pulsewarden.simulator.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pulsewarden.simulator.mqtt.OutgoingMessage;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class CountersTest {

  private static final UUID DEVICE = UUID.fromString("7d5b0a4e-4f0e-4c3c-9d5a-0d8a4f1c2b3a");
  private static final OutgoingMessage MESSAGE = new OutgoingMessage("1", 1, new byte[1]);

  private final Counters counters = new Counters();

  @Test
  void shouldTellPercentilesOfRoundTrips() {
    for (int ms = 1; ms <= 1000; ms++) {
      counters.answered(DEVICE, MESSAGE, 1, 0, Duration.ofMillis(ms).toNanos());
    }

    Counters.Snapshot now = counters.take();

    assertThat(now.overall().getValueAtPercentile(50) / 1000.0).isCloseTo(500, within(2.0));
    assertThat(now.overall().getValueAtPercentile(99) / 1000.0).isCloseTo(990, within(2.0));
    assertThat(now.acknowledged()).isEqualTo(1000);
    assertThat(counters.take().lately().getTotalCount()).isZero();
    assertThat(counters.take().overall().getTotalCount()).isEqualTo(1000);
  }

  @Test
  void shouldCountRefusalsByReasonAndNotAsAcknowledged() {
    counters.answered(DEVICE, MESSAGE, 1, 0x99, 1000);
    counters.answered(DEVICE, MESSAGE, 2, 0x10, 1000);
    counters.connectFailed(DEVICE, 0x87, "");

    Counters.Snapshot now = counters.take();

    assertThat(now.acknowledged()).isEqualTo(1);
    assertThat(counters.answered()).isEqualTo(2);
    assertThat(now.refusals())
        .isEqualTo(
            Map.of("publish 0x99 payload format invalid", 1L, "connect 0x87 not authorized", 1L));
  }

  @Test
  void shouldCountConnections() {
    counters.connected(DEVICE, false);
    counters.lost(DEVICE, 0x8B);
    counters.connected(DEVICE, true);

    Counters.Snapshot now = counters.take();

    assertThat(now.connected()).isEqualTo(1);
    assertThat(now.reconnects()).isEqualTo(1);
    assertThat(now.refusals()).containsKey("disconnect 0x8B server shutting down");
  }

  @Test
  void shouldSummariseInOneLine() {
    counters.sent(DEVICE, MESSAGE);
    counters.answered(DEVICE, MESSAGE, 1, 0, Duration.ofMillis(4).toNanos());
    StringWriter out = new StringWriter();

    new Display(new PrintWriter(out), false, Duration.ofSeconds(1))
        .summary(counters.take(), 3, Duration.ofSeconds(2), 0);

    assertThat(out.toString())
        .startsWith("summary: devices=3 seconds=2.0 sent=1 acknowledged=1 rate=0.5/s p50_ms=4.00")
        .contains("refused=0 reconnects=0 unanswered=0");
  }

  @Test
  void shouldDrawOverItselfOnATerminalAndAppendElsewhere() {
    assertThat(shown(true)).contains("acknowledged").contains("\u001b[7A");
    assertThat(shown(false)).startsWith("00:00:01  connected 0/3").doesNotContain("\u001b");
  }

  private String shown(boolean terminal) {
    StringWriter out = new StringWriter();
    Display display = new Display(new PrintWriter(out), terminal, Duration.ofSeconds(1));
    display.show(counters.take(), 3, Duration.ofSeconds(1));
    display.show(counters.take(), 3, Duration.ofSeconds(2));
    return out.toString();
  }
}
