package io.pulsewarden.telemetry.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pulsewarden.telemetry.session.RawMqtt.Packet;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the endpoint does with devices that behave badly, over real sockets and nothing behind. */
class EndpointTest {

  @Test
  void shouldKeepNothingOfADeviceThatReconnectsAgainAndAgain() throws IOException {
    int times = 50;
    try (LoneEndpoint endpoint = new LoneEndpoint()) {
      for (int i = 1; i <= times; i++) {
        try (RawMqtt mqtt = endpoint.connection(5)) {
          assertThat(mqtt.connect(endpoint.device.toString(), 60).reason(1)).isZero();
          mqtt.publish(1, 1, Topics.vitals(endpoint.device), LoneEndpoint.PACK);
          assertThat(mqtt.read().orElseThrow().type()).isEqualTo(RawMqtt.PUBACK);
          if (i % 2 == 0) {
            mqtt.disconnect();
          }
        }
      }

      await().until(() -> endpoint.sessions.size() == 0);
      await()
          .untilAsserted(
              () ->
                  assertThat(endpoint.ends())
                      .hasSize(times)
                      .contains("device-left", "connection-lost"));
      assertThat(endpoint.budget.used()).isZero();
    }
  }

  @Test
  void shouldLetGoOfADeviceThatDoesNotReadWhatItAskedFor() throws IOException {
    // Receipts of some 160 kB.
    int records = 4_000;
    int messages = 90;
    try (LoneEndpoint endpoint =
            new LoneEndpoint((message, _, _) -> LoneEndpoint.refused(message, records));
        RawMqtt mqtt = endpoint.connection(5)) {
      mqtt.connect(endpoint.device.toString(), 60);
      mqtt.subscribe(1, 0, Topics.receipts(endpoint.device));
      assertThat(mqtt.read().orElseThrow().type()).isEqualTo(RawMqtt.SUBACK);

      try {
        for (int id = 1; id <= messages; id++) {
          mqtt.publish(1, id, Topics.vitals(endpoint.device), LoneEndpoint.PACK);
        }
      } catch (IOException letGo) {
        // Not before its time, as the audit log has to say below.
      }

      await().untilAsserted(() -> assertThat(endpoint.ends()).containsExactly("connection-lost"));
      assertThat(endpoint.sessions.size()).isZero();
    }
  }

  @Test
  void shouldNameTheKeepAliveToKeepToWhereADeviceAsksForNoneAndEnforceIt() throws IOException {
    Map<String, String> settings = Map.of("pulsewarden.mqtt.longest-keep-alive", "2s");
    try (LoneEndpoint endpoint = new LoneEndpoint(LoneEndpoint::takeAll, settings);
        RawMqtt mqtt = endpoint.connection(5)) {
      Packet connack = mqtt.connect(endpoint.device.toString(), 0);
      assertThat(connack.reason(1)).isZero();
      assertThat(MqttBytes.numbers(connack)).containsEntry(0x13, 2L);

      Packet goodbye = mqtt.read().orElseThrow();

      assertThat(goodbye.type()).isEqualTo(RawMqtt.DISCONNECT);
      assertThat(goodbye.reason(0)).isEqualTo(0x8D);
      await().untilAsserted(() -> assertThat(endpoint.ends()).containsExactly("connection-lost"));
    }
  }

  @Test
  void shouldCloseASilentDeviceOf311ThatAsksForNoKeepAlive() throws IOException {
    Map<String, String> settings = Map.of("pulsewarden.mqtt.longest-keep-alive", "2s");
    try (LoneEndpoint endpoint = new LoneEndpoint(LoneEndpoint::takeAll, settings);
        RawMqtt mqtt = endpoint.connection(4)) {
      mqtt.connect(endpoint.device.toString(), 0);

      assertThat(mqtt.read()).isEmpty();
    }
  }

  @Test
  void shouldRefuseARetainedMessage() throws IOException {
    try (LoneEndpoint endpoint = new LoneEndpoint();
        RawMqtt mqtt = endpoint.connection(5)) {
      mqtt.connect(endpoint.device.toString(), 60);
      mqtt.publishRetained(1, Topics.vitals(endpoint.device), LoneEndpoint.PACK);

      assertThat(mqtt.read().orElseThrow().reason(0)).isEqualTo(0x9A);
    }
  }

  @Test
  void shouldRecordAConnectionAsLostWhereTheDeviceAsksForItsWill() throws IOException {
    try (LoneEndpoint endpoint = new LoneEndpoint();
        RawMqtt mqtt = endpoint.connection(5)) {
      mqtt.write(connectWithWill(endpoint.device.toString()));
      assertThat(mqtt.read().orElseThrow().type()).isEqualTo(RawMqtt.CONNACK);

      // DISCONNECT with Will Message (MQTT 5, section 3.14.2.1).
      mqtt.write(new byte[] {(byte) 0xE0, 1, 4});

      await().untilAsserted(() -> assertThat(endpoint.ends()).containsExactly("connection-lost"));
    }
  }

  /** MQTT 5 with a clean start and a Will for a topic that is not the device's own. */
  private static byte[] connectWithWill(String clientId) {
    byte[] id = clientId.getBytes(UTF_8);
    byte[] topic = "devices/other/config".getBytes(UTF_8);
    int length = 11 + 2 + id.length + 1 + 2 + topic.length + 2 + LoneEndpoint.PACK.length;
    return ByteBuffer.allocate(2 + length)
        .put((byte) 0x10)
        .put((byte) length)
        .putShort((short) 4)
        .put("MQTT".getBytes(UTF_8))
        .put((byte) 5)
        .put((byte) 0x06)
        .putShort((short) 60)
        .put((byte) 0)
        .putShort((short) id.length)
        .put(id)
        .put((byte) 0)
        .putShort((short) topic.length)
        .put(topic)
        .putShort((short) LoneEndpoint.PACK.length)
        .put(LoneEndpoint.PACK)
        .array();
  }
}
