package io.pulsewarden.telemetry.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pulsewarden.telemetry.session.RawMqtt.Packet;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/** Properties of MQTT 5 (section 2.2.2), by the byte. */
final class MqttBytes {

  private static final int USER_PROPERTY = 0x26;

  private MqttBytes() {}

  /** Several after each other. */
  static byte[] of(byte[]... properties) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] property : properties) {
      all.writeBytes(property);
    }
    return all.toByteArray();
  }

  /** A string, or binary data, which have the same form. */
  static byte[] text(int id, String value) {
    byte[] bytes = value.getBytes(UTF_8);
    return ByteBuffer.allocate(3 + bytes.length)
        .put((byte) id)
        .putShort((short) bytes.length)
        .put(bytes)
        .array();
  }

  /** A number of four bytes. */
  static byte[] seconds(int id, int value) {
    return ByteBuffer.allocate(5).put((byte) id).putInt(value).array();
  }

  /** A user property. */
  static byte[] pair(String name, String value) {
    byte[] first = text(USER_PROPERTY, name);
    byte[] second = text(0, value);
    return ByteBuffer.allocate(first.length + second.length - 1)
        .put(first)
        .put(second, 1, second.length - 1)
        .array();
  }

  /** What CONNACK says in numbers, by the identifiers of its properties. */
  static Map<Integer, Long> numbers(Packet connack) {
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
}
