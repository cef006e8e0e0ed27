package io.pulsewarden.telemetry.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.telemetry.intake.IncomingMessage;
import io.pulsewarden.telemetry.intake.VitalsIntake.Accepted;
import io.pulsewarden.telemetry.receipt.Receipt;
import io.pulsewarden.telemetry.receipt.Receipt.Rejection;
import io.pulsewarden.telemetry.session.RawMqtt.Packet;
import io.pulsewarden.telemetry.vitals.RejectionReason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the endpoint does with devices that behave badly, over real sockets and nothing behind. */
class EndpointTest {

  private static final byte[] PACK = "[]".getBytes(UTF_8);

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
    // Receipts of some 160 kB, and as many as the limit of what may go to quarantine allows.
    int records = 4_000;
    int messages = 90;
    try (LoneEndpoint endpoint = new LoneEndpoint((message, _) -> refused(message, records));
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
    try (LoneEndpoint endpoint = new LoneEndpoint((message, _) -> refused(message, 1));
        RawMqtt mqtt = endpoint.connection(5)) {
      mqtt.connect(endpoint.device.toString(), 60);

      Packet answer = null;
      for (int id = 1; answer == null || answer.type() == RawMqtt.PUBACK; id++) {
        mqtt.publish(1, id, Topics.vitals(endpoint.device), PACK);
        answer = mqtt.read().orElseThrow();
      }

      assertThat(answer.type()).isEqualTo(RawMqtt.DISCONNECT);
      assertThat(answer.reason(0)).isEqualTo(0x97);
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
