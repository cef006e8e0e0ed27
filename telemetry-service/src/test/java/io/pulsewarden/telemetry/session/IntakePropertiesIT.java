package io.pulsewarden.telemetry.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewarden.contracts.telemetry.v1.QuarantinedInput;
import io.pulsewarden.telemetry.TelemetryServers;
import io.pulsewarden.telemetry.devicefeed.DeviceDirectory;
import io.pulsewarden.telemetry.devicefeed.FeedFreshness;
import io.pulsewarden.telemetry.keys.Sealing;
import io.pulsewarden.telemetry.session.MqttBed.Wearable;
import io.pulsewarden.telemetry.vitals.Reading.Quantity;
import io.pulsewarden.telemetry.vitals.VitalBlock;
import io.pulsewarden.telemetry.vitals.VitalSign;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.util.List;
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

/** What a message says of itself in MQTT 5's properties. */
@QuarkusTest
@QuarkusTestResource(TelemetryServers.class)
class IntakePropertiesIT {

  private static MqttBed bed;

  @Inject MqttServerLifecycle server;
  @Inject DeviceDirectory directory;
  @Inject FeedFreshness freshness;
  @Inject Sealing sealing;

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

  @Test
  void shouldReadThePropertiesOfAMessageAndGiveBackWhatCorrelates() throws Exception {
    BlockingQueue<MqttMessage> receipts = new LinkedBlockingQueue<>();
    MqttAsyncClient paho = bed.paho(device, server.port());
    paho.setCallback(new ReceiptListener(receipts::add));
    paho.subscribe(Topics.receipts(device.id()), 1).waitForCompletion(60_000);
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
            new VitalBlock(
                false,
                List.of(new Quantity(VitalSign.HEART_RATE, now * 1_000, new BigDecimal("61")))),
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
      MqttMessage receipt = receipts.poll(60, TimeUnit.SECONDS);
      assertThat(receipt).isNotNull();
      assertThat(new String(receipt.getProperties().getCorrelationData(), UTF_8))
          .startsWith("[{\"n\":\"8867-4\",\"u\":\"/min\",\"v\":" + value);
    }
    paho.disconnect().waitForCompletion(60_000);
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
    MqttMessage message = new MqttMessage(payload.getBytes(UTF_8));
    message.setQos(1);
    message.setProperties(properties);
    IMqttToken token = paho.publish("devices/" + paho.getClientId() + "/vitals", message);
    token.waitForCompletion(60_000);
    return token.getReasonCodes()[0];
  }
}
