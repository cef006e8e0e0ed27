package io.pulsewarden.benchmarks.intake;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.UUID;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * One device's MQTT 5 connection over mutual TLS, with as little between socket and caller as there
 * can be: a load generator on the same cores takes from what it measures. One reader, one writer.
 */
final class DeviceLine implements AutoCloseable {

  private static final int CONNACK = 0x20;
  private static final int PUBACK = 0x40;
  private static final int DISCONNECT = 0xE0;
  private static final int FAILED = 0x80;

  /** Hears of each PUBACK. */
  interface Answers {
    void acknowledged(int packetId);
  }

  private final SSLSocket socket;
  private final InputStream in;
  private final OutputStream out;
  private final byte[] incoming = new byte[16 * 1024];
  private int from;
  private int until;

  /**
   * Connects with a clean start and without keep-alive, and waits for CONNACK.
   *
   * @param server such as {@code ssl://localhost:8883}
   */
  DeviceLine(SSLContext tls, String server, UUID device) throws IOException {
    URI address = URI.create(server);
    socket = (SSLSocket) tls.getSocketFactory().createSocket(address.getHost(), address.getPort());
    socket.setTcpNoDelay(true);
    in = socket.getInputStream();
    out = socket.getOutputStream();
    out.write(connect(device));
    out.flush();
    DataInputStream first = new DataInputStream(in);
    int type = first.readUnsignedByte();
    byte[] connack = first.readNBytes(first.readUnsignedByte());
    if (type != CONNACK || connack[1] != 0) {
      socket.close();
      throw new IOException("not let in: reason " + (connack[1] & 0xFF));
    }
  }

  private static byte[] connect(UUID device) {
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

  void send(byte[] packets, int length) throws IOException {
    out.write(packets, 0, length);
    out.flush();
  }

  /**
   * Waits for bytes and tells of what is whole in them.
   *
   * @throws IOException if a message was refused, or the connection ended
   */
  void receive(Answers answers) throws IOException {
    int count = in.read(incoming, until, incoming.length - until);
    if (count < 0) {
      throw new IOException("the server closed the connection");
    }
    until += count;
    while (until - from >= 2 && until - from >= 2 + incoming[from + 1]) {
      packet(answers);
      from += 2 + incoming[from + 1];
    }
    System.arraycopy(incoming, from, incoming, 0, until - from);
    until -= from;
    from = 0;
  }

  private void packet(Answers answers) throws IOException {
    int type = incoming[from] & 0xF0;
    int length = incoming[from + 1];
    if (type == DISCONNECT) {
      throw new IOException("the server said goodbye: reason " + (incoming[from + 2] & 0xFF));
    }
    if (type != PUBACK || length < 2) {
      throw new IOException("no PUBACK, but a packet of type " + type);
    }
    int reason = length > 2 ? incoming[from + 4] & 0xFF : 0;
    if (reason >= FAILED) {
      throw new IOException("a message was refused: reason " + reason);
    }
    answers.acknowledged(((incoming[from + 2] & 0xFF) << 8) | (incoming[from + 3] & 0xFF));
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
