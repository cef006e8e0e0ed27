package io.pulsewarden.telemetry.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewarden.telemetry.intake.TestIntake;
import io.pulsewarden.telemetry.session.RawMqtt.Packet;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import org.jspecify.annotations.Nullable;

/**
 * Whatever a device with a good certificate sends: the endpoint answers or closes, and serves on.
 * Behind it are the real decoder and real keys; Kafka takes everything.
 */
class MqttFuzzTest {

  private static final String MUCH = "1000000";

  /** So long nothing comes before the endpoint is thought to wait for more. */
  private static final Duration MAY_WAIT = Duration.ofMillis(100);

  /** More than the longest packet that is taken: for more than that Netty's decoder never waits. */
  private static final int BEYOND = 300_000;

  /** What stands behind a packet's length. */
  @SuppressWarnings("ArrayRecordComponent") // Sent, never compared.
  record Body(int first, byte[] bytes) {

    byte[] packet() {
      ByteArrayOutputStream packet = new ByteArrayOutputStream();
      packet.write(first);
      int rest = bytes.length;
      do {
        packet.write(rest > 0x7F ? (rest & 0x7F) | 0x80 : rest);
        rest >>>= 7;
      } while (rest > 0);
      packet.writeBytes(bytes);
      return packet.toByteArray();
    }

    @Override
    public String toString() {
      return HexFormat.of().formatHex(packet());
    }
  }

  /**
   * What is changed in a packet: bytes overwritten, bytes put in, and, unless it is to be a whole
   * packet whose length is right, the rest cut off.
   */
  record Change(
      boolean whole, List<Integer> places, List<Byte> bytes, List<Byte> inserted, int place) {

    byte[] apply(Body body) {
      return whole ? changed(body).packet() : cut(body.packet());
    }

    private Body changed(Body body) {
      byte[] overwritten = overwritten(body.bytes());
      int at = place % (overwritten.length + 1);
      ByteArrayOutputStream changed = new ByteArrayOutputStream();
      changed.write(overwritten, 0, at);
      inserted.forEach(changed::write);
      changed.write(overwritten, at, overwritten.length - at);
      // Now and then it is a packet of another kind.
      int first = place % 16 == 0 ? bytes.getFirst() & 0xFF : body.first();
      return new Body(first, changed.toByteArray());
    }

    private byte[] cut(byte[] packet) {
      byte[] changed = overwritten(packet);
      int kept = 1 + place % changed.length;
      byte[] result = Arrays.copyOf(changed, kept + inserted.size());
      for (int i = 0; i < inserted.size(); i++) {
        result[kept + i] = inserted.get(i);
      }
      return result;
    }

    private byte[] overwritten(byte[] before) {
      byte[] changed = before.clone();
      for (int i = 0; i < places.size(); i++) {
        changed[places.get(i) % changed.length] = bytes.get(i);
      }
      return changed;
    }
  }

  private static final TestIntake INTAKE = new TestIntake();
  private static final LoneEndpoint ENDPOINT =
      new LoneEndpoint(
          INTAKE.intake()::accept,
          Map.of(
              "pulsewarden.mqtt.traffic.device-connects-per-second",
              MUCH,
              "pulsewarden.mqtt.traffic.device-subscriptions-per-second",
              MUCH,
              "pulsewarden.mqtt.traffic.organisation-quarantined-per-second",
              MUCH,
              "pulsewarden.mqtt.traffic.device-quarantined-per-second",
              MUCH,
              "pulsewarden.mqtt.traffic.device-messages-per-second",
              MUCH));

  /** Goes from one try to the next until a packet ends it. */
  private static @Nullable RawMqtt session;

  private static int version = 5;

  @AfterContainer
  static void stop() throws IOException {
    assertServes(5);
    assertServes(4);
    assertThat(ENDPOINT.uncaught).isEmpty();
    ENDPOINT.close();
    INTAKE.close();
  }

  @Property(tries = 200, shrinking = ShrinkingMode.OFF)
  void shouldOutliveAnyConnect(@ForAll("changes") Change change, @ForAll boolean five)
      throws IOException {
    try (RawMqtt mqtt = ENDPOINT.connection(five ? 5 : 4)) {
      byte[] connect = mqtt.connectPacket(ENDPOINT.device.toString(), 60);
      mqtt.write(change.apply(new Body(0x10, Arrays.copyOfRange(connect, 2, connect.length))));
      if (change.whole()) {
        answersOrCloses(mqtt);
      }
    }
  }

  @Property(tries = 600, shrinking = ShrinkingMode.OFF)
  void shouldOutliveAnyPacketOfASession(
      @ForAll("changes") Change change, @ForAll("packets") Body packet) throws IOException {
    RawMqtt mqtt = session == null ? connected() : session;
    session = null;
    mqtt.write(change.apply(packet));
    // What is cut off is waited for, until the connection ends.
    if (change.whole() && answersOrCloses(mqtt)) {
      session = mqtt;
    } else {
      mqtt.close();
    }
  }

  /** In turn of either version; that it gets in says that the endpoint serves on. */
  private static RawMqtt connected() throws IOException {
    version = 9 - version;
    RawMqtt mqtt = ENDPOINT.connection(version);
    Packet connack = mqtt.connect(ENDPOINT.device.toString(), 60);
    assertThat(connack.type()).isEqualTo(RawMqtt.CONNACK);
    assertThat(connack.reason(1)).isZero();
    return mqtt;
  }

  /**
   * Whether it stands: a ping behind a whole packet is answered, or the connection is closed. A
   * length inside of the packet may reach beyond it: then the endpoint waits for that much, which
   * is the longest packet at most, and closes.
   */
  private static boolean answersOrCloses(RawMqtt mqtt) throws IOException {
    try {
      mqtt.ping();
      mqtt.patience(MAY_WAIT);
      try {
        return pings(mqtt);
      } catch (SocketTimeoutException waits) {
        mqtt.patience(Duration.ofMinutes(1));
        mqtt.write(new byte[BEYOND]);
        while (pings(mqtt)) {
          // It was slow, not waiting: what came behind the ping is no packet, and ends it.
        }
        return false;
      }
    } catch (SocketTimeoutException neither) {
      throw new AssertionError("neither answered nor closed", neither);
    } catch (IOException closed) {
      return false;
    }
  }

  /** Whether the ping is answered; or else it was closed. */
  private static boolean pings(RawMqtt mqtt) throws IOException {
    for (Optional<Packet> next = mqtt.read(); next.isPresent(); next = mqtt.read()) {
      if (next.get().type() == RawMqtt.PINGRESP) {
        return true;
      }
    }
    return false;
  }

  private static void assertServes(int version) throws IOException {
    try (RawMqtt mqtt = ENDPOINT.connection(version)) {
      Packet connack = mqtt.connect(ENDPOINT.device.toString(), 60);
      assertThat(connack.type()).isEqualTo(RawMqtt.CONNACK);
      assertThat(connack.reason(1)).isZero();
      mqtt.publish(1, 1, Topics.vitals(ENDPOINT.device), pack().getBytes(UTF_8));
      Packet puback = mqtt.read().orElseThrow();
      assertThat(puback.type()).isEqualTo(RawMqtt.PUBACK);
      assertThat(puback.reason(2)).isZero();
      assertThat(ENDPOINT.sessions.size()).isEqualTo(1);
      assertThat(ENDPOINT.budget.used()).isZero();
    }
  }

  private static String pack() {
    return """
    [{"bt":%d,"bu":"/min","n":"8867-4","v":62.8},{"n":"8889-8","v":1e1,"t":-1},\
    {"n":"ecg-ii","u":"mV","vs":"period=4,factor=0.005;12 E"}]\
    """
        .formatted(System.currentTimeMillis() / 1_000);
  }

  /** [{-3: now, 0: "8867-4", 1: "/min", 2: 62.8}, {0: "spo2", 1: "%", 2: 4([-1, 971])}]. */
  private static byte[] cborPack() {
    return HexFormat.of()
        .parseHex(
            "82a4221a%08x0066383836372d3401642f6d696e02fb404f666666666666a300647370"
                    .formatted(System.currentTimeMillis() / 1_000)
                + "6f3201612502c482201903cb");
  }

  @Provide
  Arbitrary<Change> changes() {
    Arbitrary<Byte> bytes = Arbitraries.bytes();
    Arbitrary<Integer> places = Arbitraries.integers().between(0, 255);
    return Combinators.combine(
            Arbitraries.frequency(Tuple.of(3, true), Tuple.of(1, false)),
            places.list().ofSize(2),
            bytes.list().ofSize(2),
            bytes.list().ofMaxSize(8),
            Arbitraries.integers().between(0, 255))
        .as(Change::new);
  }

  /**
   * PUBLISHes with readings and with properties, a SUBSCRIBE, an UNSUBSCRIBE, a PUBACK, a
   * DISCONNECT, an AUTH and another CONNECT.
   */
  @Provide
  Arbitrary<Body> packets() {
    byte[] topic = text(Topics.vitals(ENDPOINT.device));
    byte[] config = text(Topics.config(ENDPOINT.device));
    byte[] json = pack().getBytes(UTF_8);
    byte[] properties =
        joined(
            new byte[] {3},
            text("application/senml+json"),
            new byte[] {9},
            text("c"),
            new byte[] {0x26},
            text("sent"),
            text("1800000000.5"),
            new byte[] {0x26},
            text("seq"),
            text("7"));
    return Arbitraries.of(
        new Body(0x32, joined(topic, new byte[] {0, 1, 0}, json)),
        new Body(0x32, joined(topic, new byte[] {0, 2, 0}, cborPack())),
        new Body(
            0x32, joined(topic, new byte[] {0, 3, (byte) properties.length}, properties, json)),
        // 3.1.1 has no properties.
        new Body(0x32, joined(topic, new byte[] {0, 4}, json)),
        new Body(0x32, joined(topic, new byte[] {0, 5, 3, 0x23, 0, 1}, json)),
        new Body(0x30, joined(topic, new byte[] {0}, json)),
        new Body(0x82, joined(new byte[] {0, 6, 0}, config, new byte[] {1})),
        new Body(0xA2, joined(new byte[] {0, 7, 0}, config)),
        new Body(0x40, new byte[] {0, 1, 0, 0}),
        new Body(0xE0, new byte[] {0, 5, 0x11, 0, 0, 0, 9}),
        new Body(0xF0, new byte[] {0x18, 0}),
        new Body(0x10, new byte[] {0, 4, 'M', 'Q', 'T', 'T', 5, 2, 0, 60, 0, 0, 0}));
  }

  private static byte[] text(String text) {
    byte[] letters = text.getBytes(UTF_8);
    return joined(new byte[] {(byte) (letters.length >>> 8), (byte) letters.length}, letters);
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    Arrays.stream(parts).forEach(all::writeBytes);
    return all.toByteArray();
  }
}
