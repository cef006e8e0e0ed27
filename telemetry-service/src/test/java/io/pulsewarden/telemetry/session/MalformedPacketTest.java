package io.pulsewarden.telemetry.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pulsewarden.telemetry.session.RawMqtt.Packet;
import java.io.IOException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Packets that nobody can do anything with: each ends its connection, in the protocol's way, is
 * counted and told in one line, and throws nothing on the event loop.
 */
class MalformedPacketTest {

  private static final LoneEndpoint ENDPOINT =
      new LoneEndpoint(
          LoneEndpoint::takeAll,
          Map.of("pulsewarden.mqtt.traffic.device-connects-per-second", "1000000"));
  private static final Logger LOGGER = Logger.getLogger(DeviceEndpoint.class.getName());
  private static final Queue<LogRecord> LINES = new ConcurrentLinkedQueue<>();

  private static final Handler KEEPING =
      new Handler() {
        @Override
        public void publish(LogRecord line) {
          LINES.add(line);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  private final int before = ENDPOINT.ends().size();

  @BeforeAll
  static void listen() {
    LOGGER.addHandler(KEEPING);
  }

  @AfterEach
  void shouldHaveThrownNothing() {
    assertThat(ENDPOINT.uncaught).isEmpty();
    LINES.clear();
  }

  @AfterAll
  static void stop() {
    LOGGER.removeHandler(KEEPING);
    ENDPOINT.close();
  }

  /** PUBACK, PUBREC, PUBREL and PUBCOMP with the reason 142, DISCONNECT with 21: there are none. */
  @ParameterizedTest
  @ValueSource(strings = {"400300018e", "500300018e", "620300018e", "700300018e", "e00115"})
  void shouldCallAnUnknownReasonCodeAMalformedPacket(String packet) throws IOException {
    assertThat(answer(packet)).isEqualTo(0x81);

    assertThat(end()).isEqualTo("malformed-packet");
    assertThat(LINES)
        .singleElement()
        .satisfies(
            line -> {
              assertThat(line.getThrown()).isNull();
              assertThat(message(line))
                  .contains("device=" + ENDPOINT.device)
                  .contains("reason=malformed-packet");
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"400300018e", "e00115"})
  void shouldCloseOnAnUnknownReasonCodeOf311(String packet) throws IOException {
    try (RawMqtt mqtt = connected(4)) {
      mqtt.write(HexFormat.of().parseHex(packet));

      assertThat(mqtt.read()).isEmpty();
    }
    assertThat(end()).isEqualTo("malformed-packet");
  }

  /** CONNACK, SUBACK, UNSUBACK and PINGRESP, which servers send, and AUTH, for which none asked. */
  @ParameterizedTest
  @ValueSource(strings = {"2003000000", "900400010000", "b00400010000", "d000", "f0021800"})
  void shouldCallWhatADeviceMayNotSendAProtocolError(String packet) throws IOException {
    assertThat(answer(packet)).isEqualTo(0x82);

    assertThat(end()).isEqualTo("protocol-error");
  }

  @Test
  void shouldCallASecondConnectAProtocolError() throws IOException {
    try (RawMqtt mqtt = connected(5)) {
      mqtt.write(mqtt.connectPacket(ENDPOINT.device.toString(), 60));

      assertThat(mqtt.read().orElseThrow().reason(0)).isEqualTo(0x82);
      assertThat(mqtt.read()).isEmpty();
    }
    assertThat(end()).isEqualTo("protocol-error");
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 5})
  void shouldDropWhatIsSentBehindAPacketThatEndsTheConnection(int version) throws IOException {
    try (RawMqtt mqtt = connected(version)) {
      // In one write: a message of QoS 2, which is not taken, and three that would be.
      mqtt.write(
          MqttBytes.of(
              publish(mqtt, 2, 1), publish(mqtt, 1, 2), publish(mqtt, 1, 3), publish(mqtt, 1, 4)));

      if (version == 5) {
        assertThat(mqtt.read().orElseThrow().reason(0)).isEqualTo(0x9B);
      }
      assertThat(mqtt.read()).isEmpty();
    }
    assertThat(end()).isEqualTo("qos-not-supported");
    assertThat(ENDPOINT.budget.used()).isZero();
  }

  /** A PINGREQ, a DISCONNECT with a reason that there is not, and bytes of no packet. */
  @ParameterizedTest
  @ValueSource(strings = {"c000", "e00115", "ffffffffff"})
  void shouldCloseWithoutAWordWhereTheFirstPacketIsNoConnect(String packet) throws IOException {
    try (RawMqtt mqtt = ENDPOINT.connection(5)) {
      mqtt.write(HexFormat.of().parseHex(packet));

      assertThat(mqtt.read()).isEmpty();
    }
    assertThat(ENDPOINT.ends()).hasSize(before);
  }

  @Test
  void shouldStillTellAClientOfAVersionThatIsNotSpoken() throws IOException {
    try (RawMqtt mqtt = ENDPOINT.connection(6)) {
      Packet connack = mqtt.connect(ENDPOINT.device.toString(), 60);

      assertThat(connack.type()).isEqualTo(RawMqtt.CONNACK);
      assertThat(connack.reason(1)).isIn(1, 0x84);
    }
  }

  @Test
  void shouldTakeWhatIsSentRightBehindAConnectWithACleanStart() throws IOException {
    try (RawMqtt mqtt = ENDPOINT.connection(5)) {
      mqtt.write(
          MqttBytes.of(mqtt.connectPacket(ENDPOINT.device.toString(), 60), publish(mqtt, 1, 1)));

      assertThat(mqtt.read().orElseThrow().type()).isEqualTo(RawMqtt.CONNACK);
      assertThat(mqtt.read().orElseThrow().type()).isEqualTo(RawMqtt.PUBACK);
    }
    assertThat(end()).isEqualTo("connection-lost");
  }

  @Test
  void shouldNotTakeAConnectionThatIsResetForAMalformedPacket() throws IOException {
    connected(5).reset();

    assertThat(end()).isEqualTo("connection-lost");
    assertThat(LINES).isEmpty();
  }

  /** The reason code of the DISCONNECT with which a connection of MQTT 5 is closed. */
  private static int answer(String packet) throws IOException {
    try (RawMqtt mqtt = connected(5)) {
      mqtt.write(HexFormat.of().parseHex(packet));

      Packet goodbye = mqtt.read().orElseThrow();
      assertThat(goodbye.type()).isEqualTo(RawMqtt.DISCONNECT);
      assertThat(mqtt.read()).isEmpty();
      return goodbye.reason(0);
    }
  }

  private static RawMqtt connected(int version) throws IOException {
    RawMqtt mqtt = ENDPOINT.connection(version);
    assertThat(mqtt.connect(ENDPOINT.device.toString(), 60).reason(1)).isZero();
    return mqtt;
  }

  private static byte[] publish(RawMqtt mqtt, int qos, int packetId) {
    return mqtt.publishPacket(qos, packetId, Topics.vitals(ENDPOINT.device), LoneEndpoint.PACK);
  }

  /** Why this test's session ended, as it was audited and counted. */
  private String end() {
    await().untilAsserted(() -> assertThat(ENDPOINT.ends()).hasSize(before + 1));
    String end = ENDPOINT.ends().getLast();
    assertThat(
            (long) ENDPOINT.metrics.counter("pulsewarden.sessions.closed", "reason", end).count())
        .isEqualTo(ENDPOINT.ends().stream().filter(end::equals).count());
    return end;
  }

  private static String message(LogRecord line) {
    return line.getParameters() == null
        ? line.getMessage()
        : line.getMessage().formatted(line.getParameters());
  }
}
