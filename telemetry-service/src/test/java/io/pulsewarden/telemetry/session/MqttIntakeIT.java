package io.pulsewarden.telemetry.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pulsewarden.auditclient.LogLag;
import io.pulsewarden.contracts.telemetry.v1.QuarantinedInput;
import io.pulsewarden.telemetry.AuditTopic;
import io.pulsewarden.telemetry.TelemetryServers;
import io.pulsewarden.telemetry.devicefeed.DeviceDirectory;
import io.pulsewarden.telemetry.devicefeed.FeedFreshness;
import io.pulsewarden.telemetry.keys.InMemoryBaseKeys;
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
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@QuarkusTestResource(TelemetryServers.class)
class MqttIntakeIT {

  private static MqttBed bed;

  @Inject MqttServerLifecycle server;
  @Inject DeviceDirectory directory;
  @Inject FeedFreshness freshness;
  @Inject Sealing sealing;
  @Inject InMemoryBaseKeys keys;
  @Inject LogLag lag;

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
    device = bed.wearable();
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                server.port() != 0
                    && freshness.admitsSessions()
                    && directory.find(device.id()).isPresent()
                    && directory.issuers().contains(bed.ca.certificate()));
  }

  @Test
  void shouldAcknowledgeWhatKafkaHasSealedAndReadableUnchanged() throws Exception {
    BlockingQueue<String> receipts = new LinkedBlockingQueue<>();
    MqttAsyncClient paho = paho();
    paho.setCallback(
        new ReceiptListener(message -> receipts.add(new String(message.getPayload(), UTF_8))));
    paho.subscribe(Topics.receipts(device.id()), 1).waitForCompletion(10_000);

    IMqttToken token =
        paho.publish(
            Topics.vitals(device.id()),
            message(
                """
                [{"bt":%d,"n":"8867-4","u":"/min","v":62.8},{"n":"8480-6","u":"mm[Hg]","v":120},
                 {"n":"8462-4","u":"mm[Hg]","v":0},{"n":"8889-8","u":"/min","v":0}]
                """
                    .formatted(now)));
    token.waitForCompletion(10_000);

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
    assertThat(receipts.poll(5, TimeUnit.SECONDS))
        .contains("\"outcome\":\"partly\"", "\"accepted\":2", "{\"record\":2,")
        .doesNotContain("62.8");
    paho.disconnect().waitForCompletion(5_000);
    paho.close();
  }

  @Test
  void shouldReadThePropertiesOfAMessageAndGiveBackWhatCorrelates() throws Exception {
    BlockingQueue<MqttMessage> receipts = new LinkedBlockingQueue<>();
    MqttAsyncClient paho = paho();
    paho.setCallback(new ReceiptListener(receipts::add));
    paho.subscribe(Topics.receipts(device.id()), 1).waitForCompletion(10_000);
    String pack = "[{\"n\":\"8867-4\",\"u\":\"/min\",\"v\":%d,\"t\":%d}]";

    // A clock that is right, in a message that would have expired; one two hours slow; one fast.
    assertThat(published(paho, pack.formatted(61, now), "application/senml+json", now)).isZero();
    assertThat(
            published(paho, pack.formatted(62, now - 7_200), "application/senml+json", now - 7_200))
        .isZero();
    assertThat(
            published(paho, pack.formatted(63, now + 7_200), "application/senml+json", now + 7_200))
        .isEqualTo(0x83);
    assertThat(published(paho, pack.formatted(64, now), "application/senml+cbor", now))
        .isEqualTo(0x99);
    assertThat(published(paho, pack.formatted(65, now), "text/plain", now)).isEqualTo(0x99);

    assertThat(bed.vitals(device, sealing))
        .containsExactlyInAnyOrder(
            new VitalBlock(false, List.of(heartReading("61"))),
            // As the device said, and marked: never silently corrected.
            new VitalBlock(
                true,
                List.of(
                    new Quantity(
                        VitalSign.HEART_RATE, (now - 7_200) * 1_000, new BigDecimal("62")))));
    assertThat(bed.quarantine(device.id(), sealing))
        .extracting(QuarantinedInput::getReason)
        .containsExactlyInAnyOrder("in-the-future", "not-senml", "unsupported-format");
    for (int value = 61; value <= 65; value++) {
      MqttMessage receipt = receipts.poll(10, TimeUnit.SECONDS);
      assertThat(receipt).isNotNull();
      assertThat(new String(receipt.getProperties().getCorrelationData(), UTF_8))
          .startsWith("[{\"n\":\"8867-4\",\"u\":\"/min\",\"v\":" + value);
    }
    paho.disconnect().waitForCompletion(5_000);
    paho.close();
  }

  /** What its PUBACK says; correlated by its own payload, and of no use after a second. */
  private static int published(
      MqttAsyncClient paho, String payload, String contentType, long sentSeconds) throws Exception {
    MqttProperties properties = new MqttProperties();
    properties.setContentType(contentType);
    properties.setCorrelationData(payload.getBytes(UTF_8));
    properties.setMessageExpiryInterval(1L);
    properties.setUserProperties(List.of(new UserProperty("sent", sentSeconds + ".5")));
    MqttMessage message = message(payload);
    message.setProperties(properties);
    IMqttToken token = paho.publish("devices/" + paho.getClientId() + "/vitals", message);
    token.waitForCompletion(10_000);
    return token.getReasonCodes()[0];
  }

  @Test
  void shouldTakeCborByItsFirstByteAndKeepWhatIsNone() throws IOException {
    // [{0: "8867-4", 1: "/min", 2: 4([-1, 628]), 6: now}]
    byte[] pack =
        HexFormat.of()
            .parseHex("81a40066383836372d3401642f6d696e02c48220190274061a" + "%08x".formatted(now));

    try (RawMqtt mqtt = connected(4, 60)) {
      mqtt.publish(1, 1, Topics.vitals(device.id()), pack);
      mqtt.publish(1, 2, Topics.vitals(device.id()), Arrays.copyOf(pack, pack.length - 1));

      assertThat(puback(mqtt)).isEqualTo(1);
      assertThat(puback(mqtt)).isEqualTo(2);
    }
    assertThat(bed.vitals(device, sealing))
        .containsExactly(new VitalBlock(false, List.of(heartReading("62.8"))));
    assertThat(bed.quarantine(device.id(), sealing))
        .singleElement()
        .satisfies(kept -> assertThat(kept.getReason()).isEqualTo("not-cbor"));
  }

  @Test
  void shouldNotAcknowledgeWhileKafkaIsAwayAndLoseNothingWhenItIsBack() throws IOException {
    try (RawMqtt mqtt = connected(5, 60)) {
      bed.servers.kafka().kill();
      try {
        mqtt.publish(1, 1, Topics.vitals(device.id()), heart("61").getBytes(UTF_8));
        mqtt.publish(1, 2, Topics.vitals(device.id()), heart("62").getBytes(UTF_8));
        // Nothing but pings is answered, and those at once.
        await()
            .pollInterval(Duration.ofMillis(300))
            .during(Duration.ofSeconds(3))
            .atMost(Duration.ofSeconds(6))
            .until(() -> pinged(mqtt));
      } finally {
        bed.servers.kafka().restart();
      }

      assertThat(puback(mqtt)).isEqualTo(1);
      assertThat(puback(mqtt)).isEqualTo(2);
    }
    assertThat(bed.vitals(device, sealing))
        .flatExtracting(VitalBlock::readings)
        .contains(heartReading("61"), heartReading("62"));
  }

  @Test
  void shouldNotAcknowledgeWhileKeysAreAwayAndKeepNothingUntilTheyAreBack() throws IOException {
    try (RawMqtt mqtt = connected(5, 60)) {
      keys.unavailable(true);
      try {
        mqtt.publish(1, 1, Topics.vitals(device.id()), heart("71").getBytes(UTF_8));
        mqtt.publish(1, 2, Topics.vitals(device.id()), "not senml".getBytes(UTF_8));
        await()
            .pollInterval(Duration.ofMillis(300))
            .during(Duration.ofSeconds(1))
            .atMost(Duration.ofSeconds(6))
            .until(() -> pinged(mqtt));
        assertThat(bed.vitals(device, sealing)).as("neither sealed nor in clear").isEmpty();
        assertThat(bed.quarantine(device.id(), sealing)).isEmpty();
      } finally {
        keys.unavailable(false);
      }

      assertThat(puback(mqtt)).isEqualTo(1);
      assertThat(puback(mqtt)).isEqualTo(2);
    }
    assertThat(bed.vitals(device, sealing))
        .flatExtracting(VitalBlock::readings)
        .containsExactly(heartReading("71"));
    assertThat(bed.quarantine(device.id(), sealing)).hasSize(1);
  }

  @Test
  void shouldNotAcknowledgeWhileTheAuditLogIsTooFarBehind() throws IOException {
    try (RawMqtt mqtt = connected(5, 60)) {
      AuditTopic.logReached(0);
      try {
        await().until(lag::isOverLimit);
        mqtt.publish(1, 1, Topics.vitals(device.id()), heart("81").getBytes(UTF_8));
        mqtt.publish(1, 2, Topics.vitals(device.id()), "not senml".getBytes(UTF_8));
        await()
            .pollInterval(Duration.ofMillis(300))
            .during(Duration.ofSeconds(1))
            .atMost(Duration.ofSeconds(6))
            .until(() -> pinged(mqtt));
        assertThat(bed.vitals(device, sealing)).isEmpty();
        assertThat(bed.quarantine(device.id(), sealing)).isEmpty();
      } finally {
        AuditTopic.logReached(Long.MAX_VALUE);
      }

      assertThat(puback(mqtt)).isEqualTo(1);
      assertThat(puback(mqtt)).isEqualTo(2);
    }
    assertThat(bed.vitals(device, sealing))
        .flatExtracting(VitalBlock::readings)
        .containsExactly(heartReading("81"));
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

    try (RawMqtt mqtt = connected(5, 60)) {
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
  }

  @Test
  void shouldKeepWhatCameByAForeignTopicAndSayNotAuthorized() throws IOException {
    UUID other = UUID.randomUUID();

    try (RawMqtt mqtt = connected(5, 60)) {
      mqtt.publish(1, 1, Topics.vitals(other), heart("62").getBytes(UTF_8));

      assertThat(mqtt.read().orElseThrow().reason(2)).isEqualTo(0x87);
    }
    assertThat(bed.quarantine(device.id(), sealing))
        .singleElement()
        .satisfies(kept -> assertThat(kept.getTopic()).isEqualTo(Topics.vitals(other)));
    assertThat(bed.quarantine(other, sealing)).isEmpty();
  }

  @Test
  void shouldServeVersion311() throws IOException {
    try (RawMqtt mqtt = connected(4, 60)) {
      mqtt.publish(1, 1, Topics.vitals(device.id()), heart("62").getBytes(UTF_8));
      mqtt.publish(1, 2, Topics.vitals(device.id()), "hello".getBytes(UTF_8));

      assertThat(puback(mqtt)).isEqualTo(1);
      assertThat(puback(mqtt)).isEqualTo(2);
    }
    assertThat(bed.vitals(device, sealing)).hasSize(1);
    assertThat(bed.quarantine(device.id(), sealing)).hasSize(1);
  }

  @Test
  void shouldTakeQos0WithoutAnAnswer() throws IOException {
    try (RawMqtt mqtt = connected(5, 60)) {
      mqtt.publish(0, 0, Topics.vitals(device.id()), heart("62").getBytes(UTF_8));
      mqtt.ping();

      assertThat(mqtt.read().orElseThrow().type()).isEqualTo(RawMqtt.PINGRESP);
      await().untilAsserted(() -> assertThat(bed.vitals(device, sealing)).hasSize(1));
    }
  }

  private RawMqtt connected(int version, int keepAlive) throws IOException {
    RawMqtt mqtt = bed.raw(device, server.port(), version);
    assertThat(mqtt.connect(device.id().toString(), keepAlive).reason(1)).isZero();
    return mqtt;
  }

  private static boolean pinged(RawMqtt mqtt) throws IOException {
    mqtt.ping();
    return mqtt.read().orElseThrow().type() == RawMqtt.PINGRESP;
  }

  private static int puback(RawMqtt mqtt) throws IOException {
    Packet packet = mqtt.read().orElseThrow();
    assertThat(packet.type()).as("reason %x", packet.reason(0)).isEqualTo(RawMqtt.PUBACK);
    return ((packet.body()[0] & 0xFF) << 8) | (packet.body()[1] & 0xFF);
  }

  private MqttAsyncClient paho() throws MqttException {
    MqttAsyncClient paho =
        new MqttAsyncClient(
            "ssl://localhost:" + server.port(), device.id().toString(), new MemoryPersistence());
    MqttConnectionOptions options = new MqttConnectionOptions();
    options.setSocketFactory(bed.tls(device.certificate()).getSocketFactory());
    paho.connect(options).waitForCompletion(10_000);
    return paho;
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
