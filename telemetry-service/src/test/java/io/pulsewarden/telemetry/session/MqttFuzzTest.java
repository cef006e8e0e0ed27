package io.pulsewarden.telemetry.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewarden.telemetry.session.RawMqtt.Packet;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import org.jspecify.annotations.Nullable;

/**
 * Whatever a device with a good certificate sends: the endpoint answers or closes, and serves on.
 */
class MqttFuzzTest {

  /** What is changed in a packet: bytes overwritten, bytes put in, and the rest cut off. */
  record Change(List<Integer> places, List<Byte> bytes, List<Byte> inserted, int length) {

    byte[] apply(byte[] packet) {
      byte[] changed = packet.clone();
      for (int i = 0; i < places.size(); i++) {
        changed[places.get(i) % changed.length] = bytes.get(i);
      }
      int kept = 1 + length % changed.length;
      byte[] result = Arrays.copyOf(changed, kept + inserted.size());
      for (int i = 0; i < inserted.size(); i++) {
        result[kept + i] = inserted.get(i);
      }
      return result;
    }
  }

  private static final LoneEndpoint ENDPOINT = new LoneEndpoint();

  @AfterContainer
  static void stop() {
    ENDPOINT.close();
  }

  @Property(tries = 60)
  void shouldOutliveAnyConnect(@ForAll("changes") Change change, @ForAll boolean five)
      throws IOException {
    int version = five ? 5 : 4;
    try (RawMqtt mqtt = ENDPOINT.connection(version)) {
      mqtt.write(change.apply(mqtt.connectPacket(ENDPOINT.device.toString(), 60)));
    }

    assertServes(version);
  }

  @Property(tries = 100)
  void shouldOutliveAnyPacketOfASession(
      @ForAll("changes") Change change, @ForAll boolean five, @ForAll("packets") byte[] packet)
      throws IOException {
    int version = five ? 5 : 4;
    try (RawMqtt mqtt = ENDPOINT.connection(version)) {
      assertThat(mqtt.connect(ENDPOINT.device.toString(), 60).reason(1)).isZero();
      mqtt.write(change.apply(packet));
    }

    assertServes(version);
  }

  private static void assertServes(int version) throws IOException {
    try (RawMqtt mqtt = ENDPOINT.connection(version)) {
      Packet connack = mqtt.connect(ENDPOINT.device.toString(), 60);
      assertThat(connack.type()).isEqualTo(RawMqtt.CONNACK);
      assertThat(connack.reason(1)).isZero();
      mqtt.publish(1, 1, Topics.vitals(ENDPOINT.device), "[]".getBytes(UTF_8));
      assertThat(mqtt.read().orElseThrow().type()).isEqualTo(RawMqtt.PUBACK);
      assertThat(ENDPOINT.sessions.size()).isEqualTo(1);
      assertThat(ENDPOINT.budget.used()).isZero();
    }
  }

  @Provide
  Arbitrary<Change> changes() {
    Arbitrary<Byte> bytes = Arbitraries.bytes();
    Arbitrary<Integer> places = Arbitraries.integers().between(0, 127);
    return Combinators.combine(
            places.list().ofSize(2),
            bytes.list().ofSize(2),
            bytes.list().ofMaxSize(16),
            Arbitraries.integers().between(0, 255))
        .as(Change::new);
  }

  /**
   * A PUBLISH with properties, a SUBSCRIBE, an UNSUBSCRIBE, a PUBACK, a DISCONNECT, and no packet.
   */
  @Provide
  Arbitrary<byte[]> packets() {
    String topic = Topics.vitals(ENDPOINT.device);
    return Arbitraries.of(
        packet(0x32, topic, new byte[] {0, 1, 3, 0x23, 0, 1, '[', ']'}),
        packet(0x30, topic, new byte[] {2, 0x01, 1, '[', ']'}),
        packet(0x82, null, bytes(new byte[] {0, 1, 0}, Topics.config(ENDPOINT.device), 1)),
        packet(0xA2, null, bytes(new byte[] {0, 1, 0}, Topics.config(ENDPOINT.device), -1)),
        packet(0x40, null, new byte[] {0, 1, 0, 0}),
        packet(0xE0, null, new byte[] {0, 5, 0x11, 0, 0, 0, 9}),
        packet(0xF0, null, new byte[] {0x18, 0}),
        packet(0x10, null, new byte[] {0, 4, 'M', 'Q', 'T', 'T', 5, 2, 0, 60, 0, 0, 0}));
  }

  private static byte[] packet(int first, @Nullable String topic, byte[] rest) {
    byte[] body = topic == null ? rest : bytes(new byte[0], topic, -1);
    byte[] whole = topic == null ? body : Arrays.copyOf(body, body.length + rest.length);
    if (topic != null) {
      System.arraycopy(rest, 0, whole, body.length, rest.length);
    }
    byte[] packet = new byte[2 + whole.length];
    packet[0] = (byte) first;
    packet[1] = (byte) whole.length;
    System.arraycopy(whole, 0, packet, 2, whole.length);
    return packet;
  }

  /** Some bytes, a text with its length, and one more byte unless that is negative. */
  private static byte[] bytes(byte[] before, String text, int after) {
    byte[] letters = text.getBytes(UTF_8);
    byte[] all = new byte[before.length + 2 + letters.length + (after < 0 ? 0 : 1)];
    System.arraycopy(before, 0, all, 0, before.length);
    all[before.length] = (byte) (letters.length >>> 8);
    all[before.length + 1] = (byte) letters.length;
    System.arraycopy(letters, 0, all, before.length + 2, letters.length);
    if (after >= 0) {
      all[all.length - 1] = (byte) after;
    }
    return all;
  }
}
