package io.pulsewarden.telemetry.session;

import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Packets that came behind a CONNECT which is not answered yet, in their order. Owns what it holds.
 * For one connection, on its event loop.
 */
final class HeldPackets {

  static final int MOST = 64;
  static final int MOST_BYTES = 256 * 1024;

  private final Deque<MqttMessage> packets = new ArrayDeque<>();
  private long bytes;

  /** Holds one more; false, and it is still the caller's, if that would be too many or too much. */
  boolean add(MqttMessage packet) {
    long length = length(packet);
    if (packets.size() == MOST || bytes + length > MOST_BYTES) {
      return false;
    }
    bytes += length;
    packets.addLast(packet);
    return true;
  }

  boolean isEmpty() {
    return packets.isEmpty();
  }

  /** The first of them, which is the caller's now; null if there is none. */
  @Nullable MqttMessage poll() {
    MqttMessage packet = packets.pollFirst();
    bytes -= packet == null ? 0 : length(packet);
    return packet;
  }

  void drop() {
    packets.forEach(ReferenceCountUtil::release);
    packets.clear();
    bytes = 0;
  }

  /** Of one that could not be read nothing but its failure is kept. */
  private static long length(MqttMessage packet) {
    MqttFixedHeader header = packet.fixedHeader();
    return header == null ? 0 : header.remainingLength();
  }
}
