package io.pulsewarden.telemetry.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.telemetry.intake.Allowance;
import io.pulsewarden.telemetry.intake.IncomingMessage;
import io.pulsewarden.telemetry.intake.OverLimitException;
import io.pulsewarden.telemetry.intake.VitalsIntake.Accepted;
import io.pulsewarden.telemetry.receipt.Receipt;
import io.pulsewarden.telemetry.receipt.Receipt.Rejection;
import io.pulsewarden.telemetry.session.RawMqtt.Packet;
import io.pulsewarden.telemetry.vitals.RejectionReason;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the endpoint does with devices that behave badly, over real sockets and nothing behind. */
class EndpointTest {

  private static final byte[] PACK = "[]".getBytes(UTF_8);
  private static final String TRAFFIC = "pulsewarden.mqtt.traffic.";

  /** Three refused records at once, and hardly any more. */
  private static final Map<String, String> SLOW =
      Map.of(TRAFFIC + "device-quarantined-per-second", "0.0003", TRAFFIC + "burst", "10000s");

  @Test
  void shouldKeepNothingOfADeviceThatReconnectsAThousandTimes() throws IOException {
    int times = 1_000;
    try (LoneEndpoint endpoint = new LoneEndpoint()) {
      for (int i = 1; i <= times; i++) {
        try (RawMqtt mqtt = endpoint.connection(5)) {
          assertThat(mqtt.connect(endpoint.device.toString(), 60).reason(1)).isZero();
          mqtt.publish(1, 1, Topics.vitals(endpoint.device), PACK);
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
                  assertThat(ends(endpoint))
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
    try (LoneEndpoint endpoint = new LoneEndpoint((message, _, _) -> refused(message, records));
        RawMqtt mqtt = endpoint.connection(5)) {
      mqtt.connect(endpoint.device.toString(), 60);
      mqtt.subscribe(1, 0, Topics.receipts(endpoint.device));
      assertThat(mqtt.read().orElseThrow().type()).isEqualTo(RawMqtt.SUBACK);

      try {
        for (int id = 1; id <= messages; id++) {
          mqtt.publish(1, id, Topics.vitals(endpoint.device), PACK);
        }
      } catch (IOException letGo) {
        // Not before its time, as the audit log has to say below.
      }

      await().untilAsserted(() -> assertThat(ends(endpoint)).containsExactly("connection-lost"));
      assertThat(endpoint.sessions.size()).isZero();
    }
  }

  @Test
  void shouldSayQuotaExceededWhereTooMuchGoesToQuarantine() throws IOException {
    try (LoneEndpoint endpoint = new LoneEndpoint(EndpointTest::asking, SLOW)) {
      assertThat(goodbye(endpoint, Topics.vitals(endpoint.device), PACK)).isEqualTo(0x97);
      // Connecting anew gives it nothing: the very next one is too much again.
      try (RawMqtt again = endpoint.connection(5)) {
        again.connect(endpoint.device.toString(), 60);
        again.publish(1, 1, Topics.vitals(endpoint.device), PACK);
        assertThat(again.read().orElseThrow().reason(0)).isEqualTo(0x97);
      }
      assertThat(endpoint.budget.used()).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "device-messages-per-second, 0x96",
    "device-bytes-per-second, 0x96",
    "organisation-messages-per-second, 0x97",
    "organisation-bytes-per-second, 0x97"
  })
  void shouldSayWhoseLimitADeviceIsBeyond(String limit, String code) throws IOException {
    Map<String, String> settings = Map.of(TRAFFIC + limit, "0.02", TRAFFIC + "burst", "10000s");
    try (LoneEndpoint endpoint = new LoneEndpoint(LoneEndpoint::takeAll, settings)) {
      // The burst is 200: messages, or bytes of which each message has more than 50.
      assertThat(goodbye(endpoint, Topics.vitals(endpoint.device), PACK))
          .isEqualTo(Integer.decode(code));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 5})
  void shouldRefuseADeviceThatConnectsTooOften(int version) throws IOException {
    Map<String, String> settings =
        Map.of(TRAFFIC + "device-connects-per-second", "0.0003", TRAFFIC + "burst", "10000s");
    try (LoneEndpoint endpoint = new LoneEndpoint(LoneEndpoint::takeAll, settings)) {
      List<Integer> answers = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        try (RawMqtt mqtt = endpoint.connection(version)) {
          answers.add(mqtt.connect(endpoint.device.toString(), 60).reason(1));
        }
      }

      int tooOften = version == 5 ? 0x9F : 3;
      assertThat(answers).containsExactly(0, 0, 0, tooOften, tooOften);
      assertThat(
              endpoint.audit.events().stream()
                  .filter(one -> one.getAction() == AuditAction.AUDIT_ACTION_SESSION_REFUSED)
                  .map(AuditEvent::getReasonCode))
          .as("not each of them")
          .containsExactly("connection-rate-exceeded");
    }
  }

  @Test
  void shouldCloseOnAFloodOfSubscriptions() throws IOException {
    try (LoneEndpoint endpoint = new LoneEndpoint();
        RawMqtt mqtt = endpoint.connection(5)) {
      mqtt.connect(endpoint.device.toString(), 60);

      Packet answer = null;
      for (int id = 1; answer == null || answer.type() == RawMqtt.SUBACK; id++) {
        assertThat(id).as("a hundred at once, and ten a second").isLessThan(1_000);
        mqtt.subscribe(id, 1, Topics.config(endpoint.device));
        answer = mqtt.read().orElseThrow();
      }

      assertThat(answer.type()).isEqualTo(RawMqtt.DISCONNECT);
      assertThat(answer.reason(0)).isEqualTo(0x96);
    }
  }

  @Test
  void shouldCutATopicThatIsLongerThanAnyOfOursAndChargeAllOfIt() throws IOException {
    BlockingQueue<IncomingMessage> came = new LinkedBlockingQueue<>();
    CompletableFuture<Receipt> never = new CompletableFuture<>();
    try (LoneEndpoint endpoint =
            new LoneEndpoint(
                (message, before, _) -> {
                  came.add(message);
                  return new Accepted(before, never);
                });
        RawMqtt mqtt = endpoint.connection(5)) {
      mqtt.connect(endpoint.device.toString(), 60);
      mqtt.publish(1, 1, "devices/" + "x".repeat(60_000), PACK);

      await().until(() -> !came.isEmpty());
      IncomingMessage message = came.remove();
      assertThat(message.topic()).hasSize(256);
      assertThat(message.ownTopic()).isFalse();
      assertThat(endpoint.budget.used()).isGreaterThan(60_000);
    }
  }

  @Test
  void shouldNameTheKeepAliveToKeepToWhereADeviceAsksForNoneAndEnforceIt() throws IOException {
    Map<String, String> settings = Map.of("pulsewarden.mqtt.longest-keep-alive", "2s");
    try (LoneEndpoint endpoint = new LoneEndpoint(LoneEndpoint::takeAll, settings);
        RawMqtt mqtt = endpoint.connection(5)) {
      Packet connack = mqtt.connect(endpoint.device.toString(), 0);
      assertThat(connack.reason(1)).isZero();
      assertThat(properties(connack)).containsEntry(0x13, 2L);

      Packet goodbye = mqtt.read().orElseThrow();

      assertThat(goodbye.type()).isEqualTo(RawMqtt.DISCONNECT);
      assertThat(goodbye.reason(0)).isEqualTo(0x8D);
      await().untilAsserted(() -> assertThat(ends(endpoint)).containsExactly("connection-lost"));
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
  void shouldTellEachOfItsLimitsInConnackAndNoOther() throws IOException {
    try (LoneEndpoint endpoint = new LoneEndpoint();
        RawMqtt mqtt = endpoint.connection(5)) {
      Packet connack = mqtt.connect(endpoint.device.toString(), 60);

      // MQTT 5, section 3.2.2.3.
      assertThat(properties(connack))
          .containsExactlyInAnyOrderEntriesOf(
              Map.of(
                  0x11, 0L, 0x21, 16L, 0x22, 16L, 0x24, 1L, 0x25, 0L, 0x27, 262_144L, 0x28, 0L,
                  0x29, 0L, 0x2A, 0L));
    }
  }

  @Test
  void shouldRefuseARetainedMessage() throws IOException {
    try (LoneEndpoint endpoint = new LoneEndpoint();
        RawMqtt mqtt = endpoint.connection(5)) {
      mqtt.connect(endpoint.device.toString(), 60);
      mqtt.publishRetained(1, Topics.vitals(endpoint.device), PACK);

      assertThat(mqtt.read().orElseThrow().reason(0)).isEqualTo(0x9A);
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
      mqtt.publishWith(properties, 1, Topics.vitals(endpoint.device), PACK);

      assertThat(mqtt.read().orElseThrow().type()).isEqualTo(RawMqtt.PUBACK);
      assertThat(new String(mqtt.read().orElseThrow().body(), UTF_8)).contains("mine");
      IncomingMessage message = came.remove();
      assertThat(message.contentType()).contains("application/senml+json");
      assertThat(message.sent()).contains(new BigDecimal("1800000000.25"));
      assertThat(message.sequence()).hasValue(17);

      // Longer than what is kept: the receipt comes without.
      mqtt.publishWith(
          MqttBytes.text(0x09, "x".repeat(2_000)), 2, Topics.vitals(endpoint.device), PACK);
      assertThat(mqtt.read().orElseThrow().type()).isEqualTo(RawMqtt.PUBACK);
      assertThat(mqtt.read().orElseThrow().body()).hasSizeLessThan(1_000);
    }
  }

  @Test
  void shouldGiveNoReasonsToADeviceThatWantsNone() throws IOException {
    try (LoneEndpoint endpoint = new LoneEndpoint((message, _, _) -> refused(message, 1));
        RawMqtt told = endpoint.connection(5);
        RawMqtt silent = endpoint.connection(5)) {
      told.connect(endpoint.device.toString(), 60);
      told.publish(1, 1, Topics.vitals(endpoint.device), PACK);
      assertThat(new String(told.read().orElseThrow().body(), UTF_8)).contains("impossible-value");

      silent.connect(endpoint.device.toString(), 60, true, 0x17, 0);
      silent.publish(1, 1, Topics.vitals(endpoint.device), PACK);

      Packet puback = silent.read().orElseThrow();
      assertThat(puback.reason(2)).isEqualTo(0x83);
      assertThat(new String(puback.body(), UTF_8)).doesNotContain("impossible-value");
    }
  }

  @Test
  void shouldSendNoReceiptThatIsLargerThanADeviceTakes() throws IOException {
    try (LoneEndpoint endpoint = new LoneEndpoint();
        RawMqtt mqtt = endpoint.connection(5)) {
      mqtt.connect(endpoint.device.toString(), 60, true, 0x27, 0, 0, 2, 0x58);
      mqtt.subscribe(1, 0, Topics.receipts(endpoint.device));
      assertThat(mqtt.read().orElseThrow().type()).isEqualTo(RawMqtt.SUBACK);

      mqtt.publish(1, 1, Topics.vitals(endpoint.device), PACK);
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
        mqtt.publish(1, id, Topics.vitals(endpoint.device), PACK);
        assertThat(mqtt.read().orElseThrow().type()).isEqualTo(RawMqtt.PUBACK);
        qos.add((mqtt.read().orElseThrow().flags() >> 1) & 3);
      }

      assertThat(qos).containsExactly(1, 0, 0);
    }
  }

  @Test
  void shouldDropNoConnectionForABurstUnderQos0() throws IOException {
    CompletableFuture<Receipt> later = new CompletableFuture<>();
    try (LoneEndpoint endpoint = new LoneEndpoint((_, before, _) -> new Accepted(before, later));
        RawMqtt mqtt = endpoint.connection(5)) {
      mqtt.connect(endpoint.device.toString(), 60);

      // Four times the receive maximum wait; what is more is dropped, and counted.
      for (int i = 0; i < 70; i++) {
        mqtt.publish(0, 0, Topics.vitals(endpoint.device), PACK);
      }
      mqtt.ping();

      assertThat(mqtt.read().orElseThrow().type()).isEqualTo(RawMqtt.PINGRESP);
      assertThat(endpoint.metrics.counter("pulsewarden.sessions.dropped").count()).isEqualTo(6);
    }
  }

  /** Publishes until the connection is closed; the reason code of its DISCONNECT. */
  private static int goodbye(LoneEndpoint endpoint, String topic, byte[] payload)
      throws IOException {
    try (RawMqtt mqtt = endpoint.connection(5)) {
      mqtt.connect(endpoint.device.toString(), 60);
      Packet answer = null;
      for (int id = 1; answer == null || answer.type() == RawMqtt.PUBACK; id++) {
        mqtt.publish(1, id, topic, payload);
        answer = mqtt.read().orElseThrow();
      }
      assertThat(answer.type()).isEqualTo(RawMqtt.DISCONNECT);
      return answer.reason(0);
    }
  }

  /** Properties of numbers, by their identifier. */
  private static Map<Integer, Long> properties(Packet connack) {
    Map<Integer, Long> properties = new HashMap<>();
    ByteBuffer body = ByteBuffer.wrap(connack.body()).position(2);
    int end = body.get() + body.position();
    while (body.position() < end) {
      int id = body.get();
      properties.put(
          id,
          switch (id) {
            case 0x13, 0x21, 0x22 -> (long) body.getShort();
            case 0x11, 0x27 -> (long) body.getInt();
            default -> (long) body.get();
          });
    }
    return properties;
  }

  /** As the intake does: asks first, and keeps nothing where it may not. */
  private static Accepted asking(
      IncomingMessage message, CompletionStage<Void> before, Allowance allowance) {
    return allowance.take(1)
        ? refused(message, 1)
        : new Accepted(
            before,
            CompletableFuture.failedFuture(
                new OverLimitException(OverLimitException.Limit.QUARANTINE_RATE)));
  }

  @Test
  void shouldRecordAConnectionAsLostWhereTheDeviceAsksForItsWill() throws IOException {
    try (LoneEndpoint endpoint = new LoneEndpoint();
        RawMqtt mqtt = endpoint.connection(5)) {
      mqtt.write(connectWithWill(endpoint.device.toString()));
      assertThat(mqtt.read().orElseThrow().type()).isEqualTo(RawMqtt.CONNACK);

      // DISCONNECT with Will Message (MQTT 5, section 3.14.2.1).
      mqtt.write(new byte[] {(byte) 0xE0, 1, 4});

      await().untilAsserted(() -> assertThat(ends(endpoint)).containsExactly("connection-lost"));
    }
  }

  private static Accepted refused(IncomingMessage message, int records) {
    List<Rejection> rejected =
        IntStream.range(0, records)
            .mapToObj(i -> new Rejection(i, RejectionReason.IMPOSSIBLE_VALUE))
            .toList();
    CompletionStage<Void> handedOver = CompletableFuture.completedFuture(null);
    return new Accepted(
        handedOver,
        CompletableFuture.completedFuture(
            new Receipt(message.receivedAtMillis(), records, 0, 0, rejected)));
  }

  /** MQTT 5 with a clean start and a Will for a topic that is not the device's own. */
  private static byte[] connectWithWill(String clientId) {
    byte[] id = clientId.getBytes(UTF_8);
    byte[] topic = "devices/other/config".getBytes(UTF_8);
    int length = 11 + 2 + id.length + 1 + 2 + topic.length + 2 + PACK.length;
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
        .putShort((short) PACK.length)
        .put(PACK)
        .array();
  }

  /** Why sessions ended, as the audit log has it. */
  private static List<String> ends(LoneEndpoint endpoint) {
    return endpoint.audit.events().stream()
        .filter(event -> event.getAction() == AuditAction.AUDIT_ACTION_SESSION_CLOSED)
        .map(AuditEvent::getReasonCode)
        .toList();
  }
}
