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
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** An MQTT 5 session that says nothing and notes the moment at which its socket ends. */
final class LiveSession implements AutoCloseable {

  private static final int CONNACK = 0x20;

  private final UUID device;
  private final SSLSocket socket;
  private final CompletableFuture<Instant> closed = new CompletableFuture<>();

  /**
   * Connects, and waits for CONNACK.
   *
   * @param server such as {@code ssl://localhost:8883}
   */
  LiveSession(SSLContext tls, String server, UUID device) throws IOException {
    this.device = device;
    URI address = URI.create(server);
    socket = (SSLSocket) tls.getSocketFactory().createSocket(address.getHost(), address.getPort());
    DataInputStream in = new DataInputStream(socket.getInputStream());
    OutputStream out = socket.getOutputStream();
    out.write(connect(device));
    out.flush();
    int type = in.readUnsignedByte();
    byte[] connack = in.readNBytes(in.readUnsignedByte());
    if (type != CONNACK || connack[1] != 0) {
      socket.close();
      throw new IOException("not let in: reason " + (connack[1] & 0xFF));
    }
    Thread.ofVirtual().start(() -> listen(in));
  }

  UUID device() {
    return device;
  }

  boolean isClosed() {
    return closed.isDone();
  }

  /** When the end came, by this machine's clock. */
  Instant awaitClosed(Duration atMost)
      throws InterruptedException, ExecutionException, TimeoutException {
    return closed.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void listen(DataInputStream in) {
    try {
      // DISCONNECT, and then nothing.
      long _ = in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException reset) {
      // That is an end, too.
    }
    closed.complete(Clock.systemUTC().instant());
  }

  /** CONNECT with a clean start and without keep-alive. */
  static byte[] connect(UUID device) {
    byte[] id = device.toString().getBytes(UTF_8);
    return ByteBuffer.allocate(2 + 13 + id.length)
        .put((byte) 0x10)
        .put((byte) (13 + id.length))
        .putShort((short) 4)
        .put("MQTT".getBytes(UTF_8))
        .put((byte) 5)
        .put((byte) 2)
        .putShort((short) 0)
        .put((byte) 0)
        .putShort((short) id.length)
        .put(id)
        .array();
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
