package io.pulsewarden.telemetry.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * MQTT by the byte, for what a well-behaved client would not send. Version 5 or 4 (3.1.1).
 * Blocking; reads time out after a minute.
 */
final class RawMqtt implements AutoCloseable {

  static final int CONNACK = 2;
  static final int PUBLISH = 3;
  static final int PUBACK = 4;
  static final int SUBACK = 9;
  static final int PINGRESP = 13;
  static final int DISCONNECT = 14;

  /** A packet: its type, the flags of the first byte, and all that follows the length. */
  @SuppressWarnings("ArrayRecordComponent") // Nobody compares two.
  record Packet(int type, int flags, byte[] body) {

    /** The reason code behind so many bytes; 0 where it is left out. */
    int reason(int at) {
      return body.length > at ? body[at] & 0xFF : 0;
    }

    /** The reason string behind the reason code at this place; empty where it has none. */
    String reasonString(int at) {
      int property = at + 2;
      if (body.length <= property || body[property] != 0x1F) {
        return "";
      }
      int length = ((body[property + 1] & 0xFF) << 8) | (body[property + 2] & 0xFF);
      return new String(body, property + 3, length, UTF_8);
    }
  }

  private final Socket wire;
  private final SSLSocket socket;
  private final DataInputStream in;
  private final OutputStream out;
  private final int version;

  RawMqtt(SSLContext tls, int port, int version) throws IOException {
    this.wire = new Socket(InetAddress.getLoopbackAddress(), port);
    // Else what is written in parts, as a handshake's end, may wait for each part's ACK.
    this.wire.setTcpNoDelay(true);
    this.socket = (SSLSocket) tls.getSocketFactory().createSocket(wire, "127.0.0.1", port, true);
    this.socket.setSoTimeout(60_000);
    this.in = new DataInputStream(socket.getInputStream());
    this.out = socket.getOutputStream();
    this.version = version;
  }

  /** How long a read waits from now on. */
  void patience(Duration most) throws IOException {
    socket.setSoTimeout(Math.toIntExact(most.toMillis()));
  }

  /** CONNECT with a clean start; the CONNACK. */
  Packet connect(String clientId, int keepAliveSeconds) throws IOException {
    return connect(clientId, keepAliveSeconds, true);
  }

  /** CONNECT for the session that there was, to be kept for an hour; the CONNACK. */
  Packet resume(String clientId) throws IOException {
    return connect(clientId, 60, false, 0x11, 0, 0, 0x0E, 0x10);
  }

  /** CONNECT with these bytes of properties; the CONNACK. */
  Packet connect(String clientId, int keepAliveSeconds, boolean cleanStart, int... properties)
      throws IOException {
    send(0x10, connectBody(clientId, keepAliveSeconds, cleanStart, properties));
    return read().orElseThrow(() -> new EOFException("closed instead of CONNACK"));
  }

  /** A CONNECT with a clean start, as bytes. */
  byte[] connectPacket(String clientId, int keepAliveSeconds) {
    byte[] body = connectBody(clientId, keepAliveSeconds, true);
    return packet(0x10, body, body.length);
  }

  /** A CONNECT for the session that there was, as bytes. */
  byte[] resumePacket(String clientId, int keepAliveSeconds) {
    byte[] body = connectBody(clientId, keepAliveSeconds, false);
    return packet(0x10, body, body.length);
  }

  private byte[] connectBody(
      String clientId, int keepAliveSeconds, boolean cleanStart, int... properties) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    text(body, "MQTT");
    body.write(version);
    body.write(cleanStart ? 2 : 0);
    number(body, keepAliveSeconds);
    properties(body, properties);
    text(body, clientId);
    return body.toByteArray();
  }

  void publish(int qos, int packetId, String topic, byte[] payload) throws IOException {
    write(publishPacket(qos, packetId, topic, payload));
  }

  /** A PUBLISH, as bytes. */
  byte[] publishPacket(int qos, int packetId, String topic, byte[] payload) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    text(body, topic);
    if (qos > 0) {
      number(body, packetId);
    }
    noProperties(body);
    body.writeBytes(payload);
    return packet(0x30 | (qos << 1), body.toByteArray(), body.size());
  }

  /** A PUBLISH under QoS 1 with these properties, as bytes. */
  void publishWith(byte[] properties, int packetId, String topic, byte[] payload)
      throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    text(body, topic);
    number(body, packetId);
    for (int rest = properties.length; ; rest >>>= 7) {
      body.write(rest > 0x7F ? (rest & 0x7F) | 0x80 : rest);
      if (rest <= 0x7F) {
        break;
      }
    }
    body.writeBytes(properties);
    body.writeBytes(payload);
    send(0x32, body.toByteArray());
  }

  /** A PUBLISH under QoS 1 that is to be retained. */
  void publishRetained(int packetId, String topic, byte[] payload) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    text(body, topic);
    number(body, packetId);
    noProperties(body);
    body.writeBytes(payload);
    send(0x33, body.toByteArray());
  }

  /** A PUBLISH under QoS 1 with its number as the user property {@code seq}. */
  void publishNumbered(int packetId, long sequence, String topic, byte[] payload)
      throws IOException {
    ByteArrayOutputStream property = new ByteArrayOutputStream();
    property.write(0x26);
    text(property, "seq");
    text(property, Long.toString(sequence));
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    text(body, topic);
    number(body, packetId);
    body.write(property.size());
    body.writeBytes(property.toByteArray());
    body.writeBytes(payload);
    send(0x32, body.toByteArray());
  }

  /** A PUBLISH under QoS 1 whose topic has this number; an empty topic: as it had before. */
  void publishByAlias(int packetId, int alias, String topic, byte[] payload) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    text(body, topic);
    number(body, packetId);
    properties(body, 0x23, alias >>> 8, alias & 0xFF);
    body.writeBytes(payload);
    send(0x32, body.toByteArray());
  }

  void acknowledge(byte[] publish) throws IOException {
    int topic = ((publish[0] & 0xFF) << 8) | (publish[1] & 0xFF);
    send(0x40, new byte[] {publish[topic + 2], publish[topic + 3]});
  }

  /** DISCONNECT, as a device says that leaves. */
  void disconnect() throws IOException {
    send(0xE0, new byte[0]);
  }

  /** What the server showed. */
  Certificate serverCertificate() throws IOException {
    return socket.getSession().getPeerCertificates()[0];
  }

  /** A PUBLISH up to its payload, of which it says that it is so long. */
  void beginPublish(int packetId, String topic, int payloadLength) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    text(body, topic);
    number(body, packetId);
    noProperties(body);
    send(0x32, body.toByteArray(), body.size() + payloadLength);
  }

  void subscribe(int packetId, int qos, String filter) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    number(body, packetId);
    noProperties(body);
    text(body, filter);
    body.write(qos);
    send(0x82, body.toByteArray());
  }

  void ping() throws IOException {
    send(0xC0, new byte[0]);
  }

  /** The next packet; empty when the connection was closed. */
  Optional<Packet> read() throws IOException {
    int first = in.read();
    if (first < 0) {
      return Optional.empty();
    }
    int length = 0;
    for (int shift = 0, next = 0x80; (next & 0x80) != 0; shift += 7) {
      next = in.readUnsignedByte();
      length |= (next & 0x7F) << shift;
    }
    return Optional.of(new Packet(first >> 4, first & 0x0F, in.readNBytes(length)));
  }

  /** Reads a PUBACK; the packet that it is for. */
  int puback() throws IOException {
    Packet packet = read().orElseThrow();
    assertThat(packet.type()).as("reason %x", packet.reason(0)).isEqualTo(PUBACK);
    return ((packet.body()[0] & 0xFF) << 8) | (packet.body()[1] & 0xFF);
  }

  /** Whether a ping is what is answered next. */
  boolean pinged() throws IOException {
    ping();
    return read().orElseThrow().type() == PINGRESP;
  }

  /** What one read of the socket gives. */
  byte[] readOnce() throws IOException {
    byte[] some = new byte[16 * 1024];
    int count = in.read(some);
    return Arrays.copyOf(some, Math.max(0, count));
  }

  /** Goes without a word, as where the network is cut: TCP says RST. */
  void reset() throws IOException {
    wire.setSoLinger(true, 0);
    wire.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  private void send(int first, byte[] body) throws IOException {
    send(first, body, body.length);
  }

  /** Any bytes. */
  void write(byte[] bytes) throws IOException {
    out.write(bytes);
    out.flush();
  }

  private void send(int first, byte[] body, int length) throws IOException {
    write(packet(first, body, length));
  }

  private static byte[] packet(int first, byte[] body, int length) {
    ByteArrayOutputStream packet = new ByteArrayOutputStream();
    packet.write(first);
    int rest = length;
    do {
      packet.write(rest > 0x7F ? (rest & 0x7F) | 0x80 : rest);
      rest >>>= 7;
    } while (rest > 0);
    packet.writeBytes(body);
    return packet.toByteArray();
  }

  private void noProperties(ByteArrayOutputStream body) {
    properties(body);
  }

  private void properties(ByteArrayOutputStream body, int... bytes) {
    if (version == 5) {
      body.write(bytes.length);
      for (int next : bytes) {
        body.write(next);
      }
    }
  }

  private static void number(ByteArrayOutputStream body, int number) {
    body.write(number >>> 8);
    body.write(number);
  }

  private static void text(ByteArrayOutputStream body, String text) {
    byte[] bytes = text.getBytes(UTF_8);
    number(body, bytes.length);
    body.writeBytes(bytes);
  }
}
