package io.pulsewarden.telemetry.session;

import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Packets that came behind a CONNECT which is not answered yet, in their order. Owns what it holds.
 * For one connection, on its event loop.
 */
final class HeldPackets {

  static final int MOST = 64;
  static final int MOST_BYTES = 256 * 1024;

  /** Of all connections: many come at once when an instance starts. */
  static final long MOST_OF_ALL = 64L * 1024 * 1024;

  /** A packet keeps at least the buffer that it was read into. */
  private static final int LEAST = 2 * 1024;

  private static final AtomicLong ALL = new AtomicLong();

  private final Deque<MqttMessage> packets = new ArrayDeque<>();
  private long bytes;

  /** Holds one more; false, and it is still the caller's, if that would be too many or too much. */
  boolean add(MqttMessage packet) {
    long length = length(packet);
    if (packets.size() == MOST || bytes + length > MOST_BYTES) {
      return false;
    }
    if (ALL.addAndGet(length) > MOST_OF_ALL) {
      ALL.addAndGet(-length);
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
    if (packet != null) {
      long length = length(packet);
      bytes -= length;
      ALL.addAndGet(-length);
    }
    return packet;
  }

  void drop() {
    packets.forEach(ReferenceCountUtil::release);
    packets.clear();
    ALL.addAndGet(-bytes);
    bytes = 0;
  }

  /** Of one that could not be read nothing but its failure is kept. */
  private static long length(MqttMessage packet) {
    MqttFixedHeader header = packet.fixedHeader();
    return header == null ? LEAST : Math.max(LEAST, header.remainingLength());
  }
}
