package io.pulsewarden.benchmarks.intake;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * A device's PUBLISH under QoS 1 in MQTT 5, made once and changed in place: packet id and times.
 * Ten readings of five codes at two times, content type and {@code sent} as docs/mqtt.md has them.
 * Not thread-safe.
 */
final class VitalsPacket {

  /** Readings in each. */
  static final int READINGS = 10;

  /** Seconds with three decimals, as they stand in the packet before the first message. */
  private static final String NO_TIME = "0000000000.000";

  private static final String CONTENT_TYPE = "application/senml+json";
  private static final int PACKET_IDS = 0xFFFF;

  private final byte[] packet;
  private final int idAt;
  private final int sentAt;
  private final int timeAt;
  private final int payloadLength;
  private int lastId;
  private long lastMillis;

  VitalsPacket(UUID device) {
    byte[] topic = ("devices/" + device + "/vitals").getBytes(UTF_8);
    byte[] properties = properties();
    byte[] payload = pack(device).getBytes(UTF_8);
    int length = 2 + topic.length + 2 + 1 + properties.length + payload.length;
    ByteBuffer out =
        ByteBuffer.allocate(3 + length)
            .put((byte) 0x32)
            .put((byte) (0x80 | (length & 0x7F)))
            .put((byte) (length >> 7))
            .putShort((short) topic.length)
            .put(topic);
    this.idAt = out.position();
    out.putShort((short) 0).put((byte) properties.length).put(properties);
    this.sentAt = out.position() - NO_TIME.length();
    this.timeAt = out.position() + new String(payload, UTF_8).indexOf(NO_TIME);
    this.packet = out.put(payload).array();
    this.payloadLength = payload.length;
  }

  private static String pack(UUID device) {
    return """
        [{"bn":"urn:uuid:%s:","bt":%s,"n":"heart-rate","u":"beat/min","v":72.5,"t":0.000},\
        {"n":"respiratory-rate","u":"{breaths}/min","v":16.5,"t":0.000},\
        {"n":"59408-5","u":"%%","v":97.5,"t":0.000},\
        {"n":"8480-6","u":"mm[Hg]","v":121.5,"t":0.000},\
        {"n":"8462-4","u":"mm[Hg]","v":79.5,"t":0.000},\
        {"n":"heart-rate","u":"beat/min","v":73.5,"t":-0.500},\
        {"n":"respiratory-rate","u":"{breaths}/min","v":17.5,"t":-0.500},\
        {"n":"59408-5","u":"%%","v":98.5,"t":-0.500},\
        {"n":"8480-6","u":"mm[Hg]","v":122.5,"t":-0.500},\
        {"n":"8462-4","u":"mm[Hg]","v":80.5,"t":-0.500}]\
        """
        .formatted(device, NO_TIME);
  }

  private static byte[] properties() {
    return ByteBuffer.allocate(3 + CONTENT_TYPE.length() + 3 + 4 + 2 + NO_TIME.length())
        .put((byte) 3)
        .putShort((short) CONTENT_TYPE.length())
        .put(CONTENT_TYPE.getBytes(UTF_8))
        .put((byte) 0x26)
        .putShort((short) 4)
        .put("sent".getBytes(UTF_8))
        .putShort((short) NO_TIME.length())
        .put(NO_TIME.getBytes(UTF_8))
        .array();
  }

  /** Bytes of the pack alone. */
  int payloadLength() {
    return payloadLength;
  }

  /** Bytes of the whole packet. */
  int length() {
    return packet.length;
  }

  /** The id of the message that was made last. */
  int lastId() {
    return lastId;
  }

  /** The time of the first reading of the message that was made last. */
  long lastMillis() {
    return lastMillis;
  }

  /**
   * The next message, into {@code out} at {@code offset}. No two have a time in common, or their
   * readings would merge.
   */
  void next(long nowMillis, byte[] out, int offset) {
    lastId = lastId % PACKET_IDS + 1;
    lastMillis = Math.max(nowMillis, lastMillis + 1);
    packet[idAt] = (byte) (lastId >> 8);
    packet[idAt + 1] = (byte) lastId;
    digits(sentAt, lastMillis);
    digits(timeAt, lastMillis);
    System.arraycopy(packet, 0, out, offset, packet.length);
  }

  private void digits(int at, long millis) {
    long rest = millis;
    for (int i = NO_TIME.length() - 1; i >= 0; i--) {
      if (i != NO_TIME.length() - 4) {
        packet[at + i] = (byte) ('0' + rest % 10);
        rest /= 10;
      }
    }
  }
}
