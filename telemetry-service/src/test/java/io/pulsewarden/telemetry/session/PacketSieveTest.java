package io.pulsewarden.telemetry.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttPublishVariableHeader;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of packets behind a CONNECT that is not answered yet. */
class PacketSieveTest {

  private final EmbeddedChannel channel = new EmbeddedChannel(new PacketSieve());
  private final List<ByteBuf> payloads = new ArrayList<>();

  @BeforeEach
  void shouldHandConnectOn() {
    channel.writeInbound(
        MqttMessageBuilders.connect()
            .clientId("device")
            .protocolVersion(MqttVersion.MQTT_5)
            .build());
    MqttMessage first = channel.readInbound();
    assertThat(first.fixedHeader().messageType()).isEqualTo(MqttMessageType.CONNECT);
  }

  @AfterEach
  void shouldHaveReleasedWhatItHeld() {
    channel.finishAndReleaseAll();
    assertThat(payloads).allMatch(payload -> payload.refCnt() == 0);
  }

  @Test
  void shouldHoldThemInTheirOrderUntilTheAnswer() {
    for (int id = 1; id <= HeldPackets.MOST; id++) {
      publish(id, 100);
    }
    assertThat(channel.inboundMessages()).isEmpty();

    answer(MqttConnectReturnCode.CONNECTION_ACCEPTED);
    publish(65, 100);

    assertThat(ids()).isEqualTo(IntStream.rangeClosed(1, 65).boxed().toList());
    assertThat(channel.isOpen()).isTrue();
  }

  @Test
  void shouldCloseWhereTheyAreTooMany() {
    for (int id = 1; id <= HeldPackets.MOST + 1; id++) {
      publish(id, 100);
    }

    assertThat(channel.isOpen()).isFalse();
    assertThat(channel.inboundMessages()).isEmpty();
  }

  @Test
  void shouldCloseWhereTheyAreTooMuch() {
    publish(1, HeldPackets.MOST_BYTES);
    assertThat(channel.isOpen()).isTrue();

    publish(2, 1);

    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void shouldDropThemWhereTheAnswerIsNo() {
    publish(1, 100);

    answer(MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_BUSY);
    publish(2, 100);

    assertThat(channel.inboundMessages()).isEmpty();
  }

  @Test
  void shouldDropWhatIsHeldBehindAPacketThatEndsTheConnection() {
    publish(1, 100);
    channel.writeInbound(
        new MqttMessage(
            new MqttFixedHeader(MqttMessageType.PINGRESP, false, MqttQoS.AT_MOST_ONCE, false, 0)));
    publish(2, 100);
    List<Throwable> failures = new ArrayList<>();

    try {
      answer(MqttConnectReturnCode.CONNECTION_ACCEPTED);
      channel.checkException();
    } catch (UnwantedPacketException unwanted) {
      failures.add(unwanted);
    }

    assertThat(failures).hasSize(1);
    assertThat(ids()).containsExactly(1);
  }

  private void answer(MqttConnectReturnCode code) {
    channel.writeOutbound(MqttMessageBuilders.connAck().returnCode(code).build());
    channel.runPendingTasks();
  }

  /** A PUBLISH whose length is said to be so many bytes. */
  private void publish(int id, int length) {
    ByteBuf payload = Unpooled.buffer(1).writeByte(0);
    payloads.add(payload);
    channel.writeInbound(
        new MqttPublishMessage(
            new MqttFixedHeader(
                MqttMessageType.PUBLISH, false, MqttQoS.AT_LEAST_ONCE, false, length),
            new MqttPublishVariableHeader("topic", id),
            payload));
  }

  /** Of what was handed on. */
  private List<Integer> ids() {
    return channel.inboundMessages().stream()
        .map(message -> ((MqttPublishMessage) message).variableHeader().packetId())
        .toList();
  }
}
