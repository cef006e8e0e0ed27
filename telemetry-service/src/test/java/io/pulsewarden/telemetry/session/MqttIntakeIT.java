package io.pulsewarden.telemetry.session;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.MeterRegistry;
import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.telemetry.v1.QuarantinedInput;
import io.pulsewarden.telemetry.AuditTopic;
import io.pulsewarden.telemetry.TelemetryServers;
import io.pulsewarden.telemetry.devicefeed.DeviceDirectory;
import io.pulsewarden.telemetry.devicefeed.FeedFreshness;
import io.pulsewarden.telemetry.keys.Sealing;
import io.pulsewarden.telemetry.session.MqttBed.Wearable;
import io.pulsewarden.telemetry.session.RawMqtt.Packet;
import io.pulsewarden.telemetry.vitals.Reading.BloodPressure;
import io.pulsewarden.telemetry.vitals.Reading.Quantity;
import io.pulsewarden.telemetry.vitals.VitalBlock;
import io.pulsewarden.telemetry.vitals.VitalSign;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.math.BigDecimal;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is published is answered, kept, and found sealed in Kafka. */
@QuarkusTest
@QuarkusTestResource(TelemetryServers.class)
class MqttIntakeIT {

  private static MqttBed bed;

  @Inject MqttServerLifecycle server;
  @Inject DeviceDirectory directory;
  @Inject FeedFreshness freshness;
  @Inject Sealing sealing;
  @Inject MeterRegistry metrics;

  private final long now = System.currentTimeMillis() / 1_000;
  private Wearable device;

  @BeforeAll
  static void startRegistry() {
    bed = new MqttBed();
  }

  @AfterAll
  static void stopRegistry() {
    bed.close();
  }

  @BeforeEach
  void newDevice() {
    device = bed.known(server, freshness, directory);
  }

  /** By what the device has, and the hashes that it is given, it comes to the range's root. */
  @Test
  void shouldProveToADeviceThatAMessageOfItsOwnWasStored() throws Exception {
    BlockingQueue<MqttMessage> receipts = new LinkedBlockingQueue<>();
    MqttAsyncClient paho = bed.paho(device, server.port());
    paho.setCallback(new ReceiptListener(receipts::add));
    paho.subscribe(Topics.receipts(device.id()), 1).waitForCompletion(60_000);

    paho.publish(Topics.vitals(device.id()), provable("8867-4", "one")).waitForCompletion(60_000);
    JsonNode proof = awaitProof(receipts, "one");
    paho.publish(Topics.vitals(device.id()), provable("1-1", "two")).waitForCompletion(60_000);
    JsonNode none = awaitProof(receipts, "two");
    paho.disconnect().waitForCompletion(60_000);
    paho.close();

    assertThat(proof.get("format").asText()).isEqualTo("pulsewarden-vitals-receipt-v1");
    assertThat(proof.get("readings")).hasSize(1);
    JsonNode reading = proof.at("/readings/0");
    byte[] record = Base64.getDecoder().decode(reading.get("record").asText());
    assertThat(new String(record, ISO_8859_1)).contains("8867-4", "62", "/min");
    byte[] entry = sha256(Base64.getDecoder().decode(reading.get("salt").asText()), record);
    assertThat(HexFormat.of().formatHex(root(reading, entry, proof)))
        .isEqualTo(proof.at("/storedRange/merkleRoot").asText());
    assertThat(AuditTopic.eventsOf(MqttBed.ORGANISATION))
        .filteredOn(event -> event.getAction() == AuditAction.AUDIT_ACTION_RECEIPT_READ)
        .filteredOn(event -> event.getAgent().getId().equals(device.id().toString()))
        .singleElement()
        .satisfies(
            event ->
                assertThat(event.getPatientIdList()).containsExactly(device.patient().toString()));
    assertThat(none.get("reason").asText()).isEqualTo("nothing-taken");
  }

  private MqttMessage provable(String code, String correlation) {
    MqttProperties properties = new MqttProperties();
    properties.setUserProperties(List.of(new UserProperty("proof", "1")));
    properties.setCorrelationData(correlation.getBytes(UTF_8));
    MqttMessage message =
        new MqttMessage(
            "[{\"n\":\"%s\",\"u\":\"/min\",\"v\":62,\"t\":%d}]"
                .formatted(code, now)
                .getBytes(UTF_8));
    message.setQos(1);
    message.setProperties(properties);
    return message;
  }

  /** What comes for a message besides its receipt. */
  private static JsonNode awaitProof(BlockingQueue<MqttMessage> receipts, String correlation)
      throws Exception {
    JsonNode found;
    do {
      MqttMessage next = receipts.poll(70, TimeUnit.SECONDS);
      assertThat(next).isNotNull();
      assertThat(next.getProperties().getCorrelationData()).asString().isEqualTo(correlation);
      found = new ObjectMapper().readTree(next.getPayload());
    } while (found.has("packetId"));
    return found;
  }

  /** RFC 9162, section 2.1.3.2, which is RFC 6962's tree. */
  private static byte[] root(JsonNode reading, byte[] entry, JsonNode proof) throws Exception {
    byte[] hash = sha256(new byte[] {0}, entry);
    long node = reading.get("index").asLong();
    long last = proof.at("/storedRange/recordCount").asLong() - 1;
    for (JsonNode step : reading.get("path")) {
      byte[] sibling = Base64.getDecoder().decode(step.asText());
      if ((node & 1) == 1 || node == last) {
        hash = sha256(new byte[] {1}, sibling, hash);
        while ((node & 1) == 0 && node != 0) {
          node >>= 1;
          last >>= 1;
        }
      } else {
        hash = sha256(new byte[] {1}, hash, sibling);
      }
      node >>= 1;
      last >>= 1;
    }
    assertThat(last).isZero();
    return hash;
  }

  private static byte[] sha256(byte[]... parts) throws NoSuchAlgorithmException {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    for (byte[] part : parts) {
      digest.update(part);
    }
    return digest.digest();
  }

  @Test
  void shouldAcknowledgeWhatKafkaHasSealedAndReadableUnchanged() throws Exception {
    BlockingQueue<String> receipts = new LinkedBlockingQueue<>();
    MqttAsyncClient paho = bed.paho(device, server.port());
    paho.setCallback(
        new ReceiptListener(message -> receipts.add(new String(message.getPayload(), UTF_8))));
    paho.subscribe(Topics.receipts(device.id()), 1).waitForCompletion(60_000);

    IMqttToken token =
        paho.publish(
            Topics.vitals(device.id()),
            message(
                """
                [{"bt":%d,"n":"8867-4","u":"/min","v":62.8},{"n":"8480-6","u":"mm[Hg]","v":120},
                 {"n":"8462-4","u":"mm[Hg]","v":0},{"n":"8889-8","u":"/min","v":0}]
                """
                    .formatted(now)));
    token.waitForCompletion(60_000);

    assertThat(token.getReasonCodes()).containsExactly(0);
    assertThat(bed.vitals(device, sealing))
        .containsExactly(
            new VitalBlock(
                false,
                List.of(
                    new Quantity(VitalSign.HEART_RATE, now * 1_000, new BigDecimal("62.8")),
                    new BloodPressure(now * 1_000, new BigDecimal("120"), null, null))));
    assertThat(bed.quarantine(device.id(), sealing))
        .extracting(QuarantinedInput::getReason)
        .containsExactlyInAnyOrder("impossible-value", "impossible-value");
    assertThat(receipts.poll(60, TimeUnit.SECONDS))
        .contains("\"outcome\":\"partly\"", "\"accepted\":2", "{\"record\":2,")
        .doesNotContain("62.8");
    paho.disconnect().waitForCompletion(60_000);
    paho.close();
  }

  @Test
  void shouldTakeCborByItsFirstByteAndKeepWhatIsNone() throws IOException {
    // [{0: "8867-4", 1: "/min", 2: 4([-1, 628]), 6: now}]
    byte[] pack =
        HexFormat.of()
            .parseHex("81a40066383836372d3401642f6d696e02c48220190274061a" + "%08x".formatted(now));

    try (RawMqtt mqtt = bed.connected(device, server.port(), 4)) {
      mqtt.publish(1, 1, Topics.vitals(device.id()), pack);
      mqtt.publish(1, 2, Topics.vitals(device.id()), Arrays.copyOf(pack, pack.length - 1));

      assertThat(mqtt.puback()).isEqualTo(1);
      assertThat(mqtt.puback()).isEqualTo(2);
    }
    assertThat(bed.vitals(device, sealing))
        .containsExactly(new VitalBlock(false, List.of(heartReading("62.8"))));
    assertThat(bed.quarantine(device.id(), sealing))
        .singleElement()
        .satisfies(kept -> assertThat(kept.getReason()).isEqualTo("not-cbor"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          hello                                              | 153 | not-json
          {"a":1}                                            | 153 | not-senml
          [{"n":"8867-4","u":"/min","v":62,"t":@,"bver":11}] | 153 | unsupported-version
          [{"n":"1-1","u":"/min","v":62,"t":@}]              | 131 | unknown-code
          [{"n":"8867-4","u":"/min","v":0,"t":@}]            | 131 | impossible-value
          [{"n":"8867-4","u":"Hz","v":1,"t":@}]              | 131 | wrong-unit
          [{"bs":1,"n":"8867-4","u":"/min","v":62,"t":@}]    | 131 | sum-not-taken
          [{"n":"8867-4","u":"/min","s":62,"t":@}]           | 131 | sum-not-taken
          [{"n":"steps","u":"1","v":1.2345678901234567e-31,"t":@}] | 131 | too-precise
          [{"n":"8867-4","u":"/min","v":62,"t":1000000000}]  | 131 | too-old
          [{"n":"8867-4","u":"/min","v":62,"t":4000000000}]  | 131 | in-the-future
          [{"n":"8867-4","u":"/min","v":62}]                 | 131 | no-clock
          [{"bn":"urn:uuid:00000000-0000-4000-8000-000000000001:","n":"8867-4","u":"/min","v":62,"t":@}] | 135 | not-your-device
          """)
  void shouldAnswerBadInputByItsReasonKeepItAndGoOn(String payload, int code, String reason)
      throws IOException {
    byte[] sent = payload.replace("@", Long.toString(now)).getBytes(UTF_8);
    double before = quarantined(reason);

    try (RawMqtt mqtt = bed.connected(device, server.port(), 5)) {
      mqtt.publish(1, 1, Topics.vitals(device.id()), sent);
      mqtt.publish(1, 2, Topics.vitals(device.id()), heart("62").getBytes(UTF_8));

      Packet refused = mqtt.read().orElseThrow();
      assertThat(refused.reason(2)).isEqualTo(code);
      assertThat(new String(refused.body(), UTF_8)).contains(reason);
      assertThat(mqtt.read().orElseThrow().reason(2)).isZero();
    }
    assertThat(bed.quarantine(device.id(), sealing))
        .singleElement()
        .satisfies(
            kept -> {
              assertThat(kept.getReason()).isEqualTo(reason);
              assertThat(kept.getPayload().toStringUtf8()).isNotEmpty();
            });
    assertThat(bed.vitals(device, sealing)).hasSize(1);
    assertThat(quarantined(reason)).isEqualTo(before + 1);
  }

  @Test
  void shouldKeepWhatCameByAForeignTopicAndSayNotAuthorized() throws IOException {
    UUID other = UUID.randomUUID();
    double before = quarantined("foreign-topic");

    try (RawMqtt mqtt = bed.connected(device, server.port(), 5)) {
      mqtt.publish(1, 1, Topics.vitals(other), heart("62").getBytes(UTF_8));

      assertThat(mqtt.read().orElseThrow().reason(2)).isEqualTo(0x87);
    }
    assertThat(bed.quarantine(device.id(), sealing))
        .singleElement()
        .satisfies(kept -> assertThat(kept.getTopic()).isEqualTo(Topics.vitals(other)));
    assertThat(bed.quarantine(other, sealing)).isEmpty();
    assertThat(quarantined("foreign-topic")).isEqualTo(before + 1);
  }

  @Test
  void shouldServeVersion311() throws IOException {
    try (RawMqtt mqtt = bed.connected(device, server.port(), 4)) {
      mqtt.publish(1, 1, Topics.vitals(device.id()), heart("62").getBytes(UTF_8));
      mqtt.publish(1, 2, Topics.vitals(device.id()), "hello".getBytes(UTF_8));

      assertThat(mqtt.puback()).isEqualTo(1);
      assertThat(mqtt.puback()).isEqualTo(2);
    }
    assertThat(bed.vitals(device, sealing)).hasSize(1);
    assertThat(bed.quarantine(device.id(), sealing)).hasSize(1);
  }

  @Test
  void shouldTakeQos0WithoutAnAnswer() throws IOException {
    try (RawMqtt mqtt = bed.connected(device, server.port(), 5)) {
      mqtt.publish(0, 0, Topics.vitals(device.id()), heart("62").getBytes(UTF_8));
      mqtt.ping();

      assertThat(mqtt.read().orElseThrow().type()).isEqualTo(RawMqtt.PINGRESP);
      await().untilAsserted(() -> assertThat(bed.vitals(device, sealing)).hasSize(1));
    }
  }

  /** How many were kept for this reason; counted before the sender is answered. */
  private double quarantined(String reason) {
    return metrics.counter("pulsewarden.intake.quarantined", "reason", reason).count();
  }

  private static MqttMessage message(String payload) {
    MqttMessage message = new MqttMessage(payload.getBytes(UTF_8));
    message.setQos(1);
    return message;
  }

  private String heart(String value) {
    return "[{\"n\":\"8867-4\",\"u\":\"/min\",\"v\":" + value + ",\"t\":" + now + "}]";
  }

  private Quantity heartReading(String value) {
    return new Quantity(VitalSign.HEART_RATE, now * 1_000, new BigDecimal(value));
  }
}
