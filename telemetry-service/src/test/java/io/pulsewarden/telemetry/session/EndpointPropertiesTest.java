package io.pulsewarden.telemetry.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewarden.telemetry.intake.IncomingMessage;
import io.pulsewarden.telemetry.session.RawMqtt.Packet;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

/** What device and endpoint tell each other in the properties of MQTT 5. */
class EndpointPropertiesTest {

  @Test
  void shouldTellEachOfItsLimitsInConnackAndNoOther() throws IOException {
    try (LoneEndpoint endpoint = new LoneEndpoint();
        RawMqtt mqtt = endpoint.connection(5)) {
      Packet connack = mqtt.connect(endpoint.device.toString(), 60);

      // MQTT 5, section 3.2.2.3.
      assertThat(MqttBytes.numbers(connack))
          .containsExactlyInAnyOrderEntriesOf(
              Map.of(
                  0x11, 0L, 0x21, 16L, 0x22, 16L, 0x24, 1L, 0x25, 0L, 0x27, 262_144L, 0x28, 0L,
                  0x29, 0L, 0x2A, 0L));
    }
  }

  @Test
  void shouldReadWhatAPublishSaysBesidesItsPayloadAndGiveCorrelationDataBack() throws IOException {
    BlockingQueue<IncomingMessage> came = new LinkedBlockingQueue<>();
    try (LoneEndpoint endpoint =
            new LoneEndpoint(
                (message, before, allowance) -> {
                  came.add(message);
                  return LoneEndpoint.takeAll(message, before, allowance);
                });
        RawMqtt mqtt = endpoint.connection(5)) {
      mqtt.connect(endpoint.device.toString(), 60);
      mqtt.subscribe(1, 0, Topics.receipts(endpoint.device));
      assertThat(mqtt.read().orElseThrow().type()).isEqualTo(RawMqtt.SUBACK);
      byte[] properties =
          MqttBytes.of(
              MqttBytes.seconds(0x02, 60),
              MqttBytes.text(0x03, "application/senml+json"),
              MqttBytes.text(0x09, "mine"),
              MqttBytes.pair("sent", "1800000000.25"),
              MqttBytes.pair("seq", "17"));
      mqtt.publishWith(properties, 1, Topics.vitals(endpoint.device), LoneEndpoint.PACK);

      assertThat(mqtt.read().orElseThrow().type()).isEqualTo(RawMqtt.PUBACK);
      assertThat(new String(mqtt.read().orElseThrow().body(), UTF_8)).contains("mine");
      IncomingMessage message = came.remove();
      assertThat(message.contentType()).contains("application/senml+json");
      assertThat(message.sent()).contains(new BigDecimal("1800000000.25"));
      assertThat(message.sequence()).hasValue(17);

      // Longer than what is kept: the receipt comes without.
      mqtt.publishWith(
          MqttBytes.text(0x09, "x".repeat(2_000)),
          2,
          Topics.vitals(endpoint.device),
          LoneEndpoint.PACK);
      assertThat(mqtt.read().orElseThrow().type()).isEqualTo(RawMqtt.PUBACK);
      assertThat(mqtt.read().orElseThrow().body()).hasSizeLessThan(1_000);
    }
  }

  /** MQTT 5, section 3.1.2.11.7. */
  @Test
  void shouldGiveNoReasonsToADeviceThatWantsNoneButTheLast() throws IOException {
    try (LoneEndpoint endpoint =
            new LoneEndpoint((message, _, _) -> LoneEndpoint.refused(message, 1));
        RawMqtt told = endpoint.connection(5);
        RawMqtt silent = endpoint.connection(5)) {
      told.connect(endpoint.device.toString(), 60);
      told.publish(1, 1, Topics.vitals(endpoint.device), LoneEndpoint.PACK);
      assertThat(new String(told.read().orElseThrow().body(), UTF_8)).contains("impossible-value");

      silent.connect(endpoint.device.toString(), 60, true, 0x17, 0);
      silent.publish(1, 1, Topics.vitals(endpoint.device), LoneEndpoint.PACK);

      Packet puback = silent.read().orElseThrow();
      assertThat(puback.reason(2)).isEqualTo(0x83);
      assertThat(new String(puback.body(), UTF_8)).doesNotContain("impossible-value");

      silent.publish(2, 2, Topics.vitals(endpoint.device), LoneEndpoint.PACK);
      assertThat(silent.read().orElseThrow().reasonString(0)).isEqualTo("qos-not-supported");
    }
  }

  @Test
  void shouldGiveNoReasonThatIsLargerThanADeviceTakes() throws IOException {
    try (LoneEndpoint endpoint =
            new LoneEndpoint((message, _, _) -> LoneEndpoint.refused(message, 1));
        RawMqtt mqtt = endpoint.connection(5);
        RawMqtt refused = endpoint.revokedConnection(5)) {
      // At most 24 bytes.
      mqtt.connect(endpoint.device.toString(), 60, true, 0x27, 0, 0, 0, 24);
      mqtt.publish(1, 1, Topics.vitals(endpoint.device), LoneEndpoint.PACK);
      Packet puback = mqtt.read().orElseThrow();
      mqtt.publish(2, 2, Topics.vitals(endpoint.device), LoneEndpoint.PACK);
      Packet disconnect = mqtt.read().orElseThrow();
      Packet connack = refused.connect(endpoint.device.toString(), 60, true, 0x27, 0, 0, 0, 24);

      assertThat(puback.reason(2)).isEqualTo(0x83);
      assertThat(disconnect.reason(0)).isEqualTo(0x9B);
      assertThat(connack.reason(1)).isEqualTo(0x87);
      assertThat(
              List.of(puback.reasonString(2), disconnect.reasonString(0), connack.reasonString(1)))
          .containsOnly("");
    }
  }

  @Test
  void shouldSendNoReceiptThatIsLargerThanADeviceTakes() throws IOException {
    try (LoneEndpoint endpoint = new LoneEndpoint();
        RawMqtt mqtt = endpoint.connection(5)) {
      mqtt.connect(endpoint.device.toString(), 60, true, 0x27, 0, 0, 2, 0x58);
      mqtt.subscribe(1, 0, Topics.receipts(endpoint.device));
      assertThat(mqtt.read().orElseThrow().type()).isEqualTo(RawMqtt.SUBACK);

      mqtt.publish(1, 1, Topics.vitals(endpoint.device), LoneEndpoint.PACK);
      mqtt.ping();

      assertThat(mqtt.read().orElseThrow().type()).isEqualTo(RawMqtt.PUBACK);
      assertThat(mqtt.read().orElseThrow().type()).isEqualTo(RawMqtt.PINGRESP);
    }
  }

  @Test
  void shouldSendReceiptsUnderQos0WhereADeviceTakesNoMoreUnderQos1() throws IOException {
    try (LoneEndpoint endpoint = new LoneEndpoint();
        RawMqtt mqtt = endpoint.connection(5)) {
      // Receive maximum 2, of which one is left for the configuration.
      mqtt.connect(endpoint.device.toString(), 60, true, 0x21, 0, 2);
      mqtt.subscribe(1, 1, Topics.receipts(endpoint.device));
      assertThat(mqtt.read().orElseThrow().type()).isEqualTo(RawMqtt.SUBACK);

      List<Integer> qos = new ArrayList<>();
      for (int id = 1; id <= 3; id++) {
        mqtt.publish(1, id, Topics.vitals(endpoint.device), LoneEndpoint.PACK);
        assertThat(mqtt.read().orElseThrow().type()).isEqualTo(RawMqtt.PUBACK);
        qos.add((mqtt.read().orElseThrow().flags() >> 1) & 3);
      }

      assertThat(qos).containsExactly(1, 0, 0);
    }
  }
}
