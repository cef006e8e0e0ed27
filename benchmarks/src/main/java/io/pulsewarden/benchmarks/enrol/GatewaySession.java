package io.pulsewarden.benchmarks.enrol;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * A gateway that publishes for a device again and again under QoS 1 until a message is refused,
 * some milliseconds apart, up to a dozen of them on their way. One thread.
 */
final class GatewaySession implements AutoCloseable {

  private static final int PUBACK = 0x40;
  private static final int NOT_AUTHORIZED = 0x87;

  /** Below the receive maximum. */
  private static final int IN_FLIGHT = 12;

  private static final Duration PAUSE = Duration.ofMillis(4);

  private final UUID gateway;
  private final UUID speaksFor;
  private final SSLSocket socket;
  private final DataInputStream in;
  private final OutputStream out;
  private final Clock clock = Clock.systemUTC();
  private final Deque<Instant> inFlight = new ArrayDeque<>();
  private int lastId;

  GatewaySession(SSLContext tls, String server, UUID gateway, UUID speaksFor) throws IOException {
    this.gateway = gateway;
    this.speaksFor = speaksFor;
    URI address = URI.create(server);
    socket = (SSLSocket) tls.getSocketFactory().createSocket(address.getHost(), address.getPort());
    socket.setTcpNoDelay(true);
    in = new DataInputStream(socket.getInputStream());
    out = socket.getOutputStream();
    out.write(LiveSession.connect(gateway));
    out.flush();
    in.readUnsignedByte();
    byte[] connack = in.readNBytes(in.readUnsignedByte());
    if (connack[1] != 0) {
      socket.close();
      throw new IOException("not let in: reason " + (connack[1] & 0xFF));
    }
  }

  UUID gateway() {
    return gateway;
  }

  UUID speaksFor() {
    return speaksFor;
  }

  /**
   * Messages, until one is taken: what an administrator allows is news that is on its way first.
   *
   * @throws IOException if one is refused for another reason, or the last at the deadline
   */
  void speak(Instant deadline) throws IOException {
    int reason = NOT_AUTHORIZED;
    while (reason == NOT_AUTHORIZED) {
      publish();
      reason = answer();
      inFlight.clear();
      if (reason == NOT_AUTHORIZED && clock.instant().isBefore(deadline)) {
        LockSupport.parkNanos(PAUSE.toNanos());
      } else if (reason >= 0x80) {
        throw new IOException("the gateway may not speak for the device: reason " + reason);
      }
    }
  }

  /**
   * Publishes until it is refused.
   *
   * @return when the first message left that was refused; all before it were taken
   */
  Instant speakUntilRefused() throws IOException {
    while (true) {
      publish();
      LockSupport.parkNanos(PAUSE.toNanos());
      while (inFlight.size() >= IN_FLIGHT) {
        int reason = answer();
        Instant left = inFlight.removeFirst();
        if (reason == NOT_AUTHORIZED) {
          return left;
        }
        if (reason >= 0x80) {
          throw new IOException("refused for another reason: " + reason);
        }
      }
    }
  }

  private void publish() throws IOException {
    byte[] topic = ("devices/" + gateway + "/vitals").getBytes(UTF_8);
    byte[] payload =
        "[{\"bn\":\"urn:uuid:%s:\",\"n\":\"8867-4\",\"u\":\"/min\",\"v\":62,\"t\":%d}]"
            .formatted(speaksFor, clock.millis() / 1_000)
            .getBytes(UTF_8);
    lastId = lastId % 0xFFFF + 1;
    int length = 2 + topic.length + 2 + 1 + payload.length;
    ByteBuffer packet =
        ByteBuffer.allocate(3 + length)
            .put((byte) 0x32)
            .put((byte) (0x80 | (length & 0x7F)))
            .put((byte) (length >> 7))
            .putShort((short) topic.length)
            .put(topic)
            .putShort((short) lastId)
            .put((byte) 0)
            .put(payload);
    inFlight.addLast(clock.instant());
    out.write(packet.array());
    out.flush();
  }

  /** The reason of the next PUBACK; they come in the order of the messages. */
  private int answer() throws IOException {
    int type = in.readUnsignedByte();
    byte[] rest = in.readNBytes(length());
    if (type != PUBACK) {
      throw new IOException("expected PUBACK, but got packet type " + type);
    }
    return rest.length < 3 ? 0 : rest[2] & 0xFF;
  }

  private int length() throws IOException {
    int length = 0;
    int shift = 0;
    int next;
    do {
      next = in.readUnsignedByte();
      length |= (next & 0x7F) << shift;
      shift += 7;
    } while (next >= 0x80);
    return length;
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException alreadyGone) {
      // The point was to be rid of it.
    }
  }
}
