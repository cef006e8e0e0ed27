package io.pulsewarden.telemetry.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttQoS;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class HeldPacketsTest {

  @Test
  void shouldHoldNoMoreOfAllConnectionsTogetherThanItMay() {
    int full = (int) (HeldPackets.MOST_OF_ALL / HeldPackets.MOST_BYTES);
    List<HeldPackets> connections = Stream.generate(HeldPackets::new).limit(full).toList();
    HeldPackets oneMore = new HeldPackets();
    try {
      assertThat(connections).allMatch(each -> each.add(packet(HeldPackets.MOST_BYTES)));
      assertThat(oneMore.add(packet(1))).isFalse();

      assertThat(connections.getFirst().poll()).isNotNull();

      assertThat(oneMore.add(packet(1))).isTrue();
    } finally {
      oneMore.drop();
      connections.forEach(HeldPackets::drop);
    }
  }

  private static MqttMessage packet(int length) {
    return new MqttMessage(
        new MqttFixedHeader(MqttMessageType.PUBLISH, false, MqttQoS.AT_LEAST_ONCE, false, length));
  }
}
