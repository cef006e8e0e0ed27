package io.pulsewarden.telemetry.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.telemetry.intake.Allowance;
import io.pulsewarden.telemetry.intake.IncomingMessage;
import io.pulsewarden.telemetry.intake.OverLimitException;
import io.pulsewarden.telemetry.intake.VitalsIntake.Accepted;
import io.pulsewarden.telemetry.receipt.Receipt;
import io.pulsewarden.telemetry.session.RawMqtt.Packet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a device that sends, connects or asks more than it may. */
class EndpointLimitsTest {

  private static final String TRAFFIC = "pulsewarden.mqtt.traffic.";

  /** Three refused records at once, and hardly any more. */
  private static final Map<String, String> SLOW =
      Map.of(TRAFFIC + "device-quarantined-per-second", "0.0003", TRAFFIC + "burst", "10000s");

  @Test
  void shouldSayQuotaExceededWhereTooMuchGoesToQuarantine() throws IOException {
    try (LoneEndpoint endpoint = new LoneEndpoint(EndpointLimitsTest::asking, SLOW)) {
      Packet goodbye = goodbye(endpoint, Topics.vitals(endpoint.device), LoneEndpoint.PACK);
      assertThat(goodbye.reason(0)).isEqualTo(0x97);
      assertThat(goodbye.reasonString(0)).isEqualTo("quarantine-rate-too-high");
      // Connecting anew gives it nothing: the very next one is too much again.
      try (RawMqtt again = endpoint.connection(5)) {
        again.connect(endpoint.device.toString(), 60);
        again.publish(1, 1, Topics.vitals(endpoint.device), LoneEndpoint.PACK);
        assertThat(again.read().orElseThrow().reason(0)).isEqualTo(0x97);
      }
      assertThat(endpoint.budget.used()).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "device-messages-per-second, 0x96, message-rate-too-high",
    "device-bytes-per-second, 0x96, message-rate-too-high",
    "organisation-messages-per-second, 0x97, quota-exceeded",
    "organisation-bytes-per-second, 0x97, quota-exceeded"
  })
  void shouldSayWhoseLimitADeviceIsBeyond(String limit, String code, String reason)
      throws IOException {
    Map<String, String> settings = Map.of(TRAFFIC + limit, "0.02", TRAFFIC + "burst", "10000s");
    try (LoneEndpoint endpoint = new LoneEndpoint(LoneEndpoint::takeAll, settings)) {
      // The burst is 200: messages, or bytes of which each message has more than 50.
      Packet goodbye = goodbye(endpoint, Topics.vitals(endpoint.device), LoneEndpoint.PACK);
      assertThat(goodbye.reason(0)).isEqualTo(Integer.decode(code));
      assertThat(goodbye.reasonString(0)).isEqualTo(reason);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "QUARANTINE_HELD, 0x97, quarantine-full",
    "MEMORY, 0x89, no-memory-left",
    ", 0x89, store-unavailable"
  })
  void shouldSayWhyAMessageIsNotTaken(
      OverLimitException.@Nullable Limit limit, String code, String reason) throws IOException {
    Throwable failure =
        limit == null ? new IllegalStateException("no store") : new OverLimitException(limit);
    try (LoneEndpoint endpoint =
        new LoneEndpoint(
            (_, before, _) -> new Accepted(before, CompletableFuture.failedFuture(failure)))) {
      Packet goodbye = goodbye(endpoint, Topics.vitals(endpoint.device), LoneEndpoint.PACK);
      assertThat(goodbye.reason(0)).isEqualTo(Integer.decode(code));
      assertThat(goodbye.reasonString(0)).isEqualTo(reason);
    }
  }

  @Test
  void shouldSayThatItIsTheRegistryOfWhichNothingIsHeard() throws IOException {
    try (LoneEndpoint endpoint = new LoneEndpoint();
        RawMqtt mqtt = endpoint.connection(5)) {
      mqtt.connect(endpoint.device.toString(), 60);
      endpoint.sessions.closeAll(CloseReason.FEED_STALE);

      Packet goodbye = mqtt.read().orElseThrow();
      assertThat(goodbye.reason(0)).isEqualTo(0x89);
      assertThat(goodbye.reasonString(0)).isEqualTo("feed-stale");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 5})
  void shouldRefuseADeviceThatConnectsTooOften(int version) throws IOException {
    Map<String, String> settings =
        Map.of(TRAFFIC + "device-connects-per-second", "0.0003", TRAFFIC + "burst", "10000s");
    try (LoneEndpoint endpoint = new LoneEndpoint(LoneEndpoint::takeAll, settings)) {
      List<Packet> answers = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        try (RawMqtt mqtt = endpoint.connection(version)) {
          answers.add(mqtt.connect(endpoint.device.toString(), 60));
        }
      }

      int tooOften = version == 5 ? 0x9F : 3;
      assertThat(answers)
          .extracting(answer -> answer.reason(1))
          .containsExactly(0, 0, 0, tooOften, tooOften);
      assertThat(answers.getLast().reasonString(1))
          .isEqualTo(version == 5 ? "connection-rate-exceeded" : "");
      assertThat(refusals(endpoint))
          .as("not each of them")
          .containsExactly("connection-rate-exceeded");
    }
  }

  @Test
  void shouldLetADeviceInHoweverOftenARevokedCertificateOfItIsTried() throws IOException {
    Map<String, String> settings =
        Map.of(TRAFFIC + "device-connects-per-second", "0.0003", TRAFFIC + "burst", "10000s");
    try (LoneEndpoint endpoint = new LoneEndpoint(LoneEndpoint::takeAll, settings)) {
      List<Integer> thief = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        try (RawMqtt mqtt = endpoint.revokedConnection(5)) {
          thief.add(mqtt.connect(endpoint.device.toString(), 60).reason(1));
        }
      }

      try (RawMqtt own = endpoint.connection(5)) {
        assertThat(own.connect(endpoint.device.toString(), 60).reason(1)).isZero();
      }
      assertThat(thief).hasSize(30).containsOnly(0x87);
      assertThat(refusals(endpoint))
          .as("not each of them")
          .containsExactly("certificate-revoked", "certificate-revoked", "certificate-revoked");
      assertThat(
              endpoint
                  .metrics
                  .counter("pulsewarden.sessions.refused", "reason", "certificate-revoked")
                  .count())
          .isEqualTo(30);
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
      assertThat(answer.reasonString(0)).isEqualTo("message-rate-too-high");
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
      mqtt.publish(1, 1, "devices/" + "x".repeat(60_000), LoneEndpoint.PACK);

      await().until(() -> !came.isEmpty());
      IncomingMessage message = came.remove();
      assertThat(message.topic()).hasSize(256);
      assertThat(message.ownTopic()).isFalse();
      assertThat(endpoint.budget.used()).isGreaterThan(60_000);
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
        mqtt.publish(0, 0, Topics.vitals(endpoint.device), LoneEndpoint.PACK);
      }
      mqtt.ping();

      assertThat(mqtt.read().orElseThrow().type()).isEqualTo(RawMqtt.PINGRESP);
      assertThat(endpoint.metrics.counter("pulsewarden.sessions.dropped").count()).isEqualTo(6);
    }
  }

  /** Why CONNECTs were refused, as the audit log has it. */
  private static List<String> refusals(LoneEndpoint endpoint) {
    return endpoint.audit.events().stream()
        .filter(one -> one.getAction() == AuditAction.AUDIT_ACTION_SESSION_REFUSED)
        .map(AuditEvent::getReasonCode)
        .toList();
  }

  /** Publishes until the connection is closed; its DISCONNECT. */
  private static Packet goodbye(LoneEndpoint endpoint, String topic, byte[] payload)
      throws IOException {
    try (RawMqtt mqtt = endpoint.connection(5)) {
      mqtt.connect(endpoint.device.toString(), 60);
      Packet answer = null;
      for (int id = 1; answer == null || answer.type() == RawMqtt.PUBACK; id++) {
        mqtt.publish(1, id, topic, payload);
        answer = mqtt.read().orElseThrow();
      }
      assertThat(answer.type()).isEqualTo(RawMqtt.DISCONNECT);
      return answer;
    }
  }

  /** As the intake does: asks first, and keeps nothing where it may not. */
  private static Accepted asking(
      IncomingMessage message, CompletionStage<Void> before, Allowance allowance) {
    return allowance.take(1)
        ? LoneEndpoint.refused(message, 1)
        : new Accepted(
            before,
            CompletableFuture.failedFuture(
                new OverLimitException(OverLimitException.Limit.QUARANTINE_RATE)));
  }
}
