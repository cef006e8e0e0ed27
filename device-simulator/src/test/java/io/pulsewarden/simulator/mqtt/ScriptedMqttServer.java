package io.pulsewarden.simulator.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pulsewarden.simulator.TestAuthority;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/**
 * As much of an MQTT 5 server, over mTLS, as a publisher meets: CONNACK, PUBACK, DISCONNECT,
 * PINGRESP, written byte by byte so that a test can say anything a server may say.
 */
public final class ScriptedMqttServer implements AutoCloseable {

  private final SSLServerSocket listener;
  private final Script script;
  private final int receiveMaximum;
  private final AtomicInteger connections = new AtomicInteger();
  private final List<String> clientIds = Collections.synchronizedList(new ArrayList<>());
  private final List<Publish> published = Collections.synchronizedList(new ArrayList<>());
  private final List<String> subscribed = Collections.synchronizedList(new ArrayList<>());
  private final List<Integer> answered = Collections.synchronizedList(new ArrayList<>());
  private final Map<String, OutputStream> subscribers = new ConcurrentHashMap<>();
  private final Set<SSLSocket> open = ConcurrentHashMap.newKeySet();

  /** Decides what happens to a message. */
  @FunctionalInterface
  public interface Script {
    void published(Publish publish) throws IOException;
  }

  /** A message that arrived, and the ways to answer it. */
  public record Publish(
      int connection, int packetId, String topic, String payload, OutputStream out) {
    public void acknowledge(int reasonCode) throws IOException {
      write(out, 0x40, 3, packetId >> 8, packetId & 0xFF, reasonCode);
    }

    public void disconnect(int reasonCode) throws IOException {
      write(out, 0xE0, 2, reasonCode, 0);
      out.close();
    }

    public void cut() throws IOException {
      out.close();
    }
  }

  public ScriptedMqttServer(TestAuthority authority, int receiveMaximum, Script script)
      throws IOException, GeneralSecurityException {
    this(authority, receiveMaximum, script, authority);
  }

  /** A server whose clients come from another authority than itself. */
  public ScriptedMqttServer(
      TestAuthority authority, int receiveMaximum, Script script, TestAuthority clients)
      throws IOException, GeneralSecurityException {
    this.script = script;
    this.receiveMaximum = receiveMaximum;
    listener =
        (SSLServerSocket)
            authority
                .serverContext(clients)
                .getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    listener.setNeedClientAuth(true);
    Thread.ofVirtual().start(this::accept);
  }

  public int port() {
    return listener.getLocalPort();
  }

  public String uri() {
    return "ssl://localhost:" + listener.getLocalPort();
  }

  public int connections() {
    return connections.get();
  }

  public List<String> clientIds() {
    return List.copyOf(clientIds);
  }

  public List<Publish> published() {
    synchronized (published) {
      return List.copyOf(published);
    }
  }

  /** Topics that clients subscribed to, in their order. */
  public List<String> subscribed() {
    synchronized (subscribed) {
      return List.copyOf(subscribed);
    }
  }

  /** Packet ids of the server's own messages that a client acknowledged. */
  public List<Integer> answered() {
    synchronized (answered) {
      return List.copyOf(answered);
    }
  }

  /** Publishes to who subscribed to the topic last, under QoS 1. */
  public void send(String topic, int packetId, String payload) throws IOException {
    byte[] name = topic.getBytes(UTF_8);
    byte[] text = payload.getBytes(UTF_8);
    ByteBuffer packet =
        ByteBuffer.allocate(2 + 2 + name.length + 3 + text.length)
            .put((byte) 0x32)
            .put((byte) (2 + name.length + 3 + text.length))
            .putShort((short) name.length)
            .put(name)
            .putShort((short) packetId)
            .put((byte) 0)
            .put(text);
    OutputStream out = Objects.requireNonNull(subscribers.get(topic), topic);
    synchronized (out) {
      out.write(packet.array());
      out.flush();
    }
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        SSLSocket socket = (SSLSocket) listener.accept();
        open.add(socket);
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(SSLSocket socket) {
    try (socket) {
      DataInputStream in = new DataInputStream(socket.getInputStream());
      OutputStream out = socket.getOutputStream();
      int connection = connections.incrementAndGet();
      while (true) {
        int type = in.readUnsignedByte();
        byte[] body = in.readNBytes(variableInteger(in));
        switch (type >> 4) {
          case 1 -> connect(body, out);
          case 3 -> publish(connection, body, out);
          case 4 -> answered.add(unsignedShort(body, 0));
          case 8 -> subscribe(body, out);
          case 12 -> write(out, 0xD0, 0);
          default -> {
            return;
          }
        }
      }
    } catch (IOException gone) {
      // The client left, or the script cut it off.
    }
  }

  private void connect(byte[] body, OutputStream out) throws IOException {
    // Protocol name, version, flags and keep alive take ten bytes; then properties, then the id.
    int properties = body[10];
    int at = 11 + properties;
    int length = unsignedShort(body, at);
    clientIds.add(new String(body, at + 2, length, UTF_8));
    write(out, 0x20, 6, 0, 0, 3, 0x21, receiveMaximum >> 8, receiveMaximum & 0xFF);
  }

  private void subscribe(byte[] body, OutputStream out) throws IOException {
    // Packet id, no properties, one filter.
    int length = unsignedShort(body, 3);
    String filter = new String(body, 5, length, UTF_8);
    write(out, 0x90, 4, body[0], body[1], 0, 1);
    subscribers.put(filter, out);
    subscribed.add(filter);
  }

  private void publish(int connection, byte[] body, OutputStream out) throws IOException {
    int topicLength = unsignedShort(body, 0);
    int at = 2 + topicLength;
    int packetId = unsignedShort(body, at);
    int properties = body[at + 2];
    int start = at + 3 + properties;
    Publish publish =
        new Publish(
            connection,
            packetId,
            new String(body, 2, topicLength, UTF_8),
            new String(body, start, body.length - start, UTF_8),
            out);
    published.add(publish);
    script.published(publish);
  }

  private static int unsignedShort(byte[] body, int at) {
    return ByteBuffer.wrap(body).getShort(at) & 0xFFFF;
  }

  private static int variableInteger(DataInputStream in) throws IOException {
    int value = 0;
    for (int shift = 0; ; shift += 7) {
      int next = in.readUnsignedByte();
      value |= (next & 0x7F) << shift;
      if (next < 0x80) {
        return value;
      }
    }
  }

  private static void write(OutputStream out, int... bytes) throws IOException {
    byte[] packet = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      packet[i] = (byte) bytes[i];
    }
    synchronized (out) {
      out.write(packet);
      out.flush();
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (SSLSocket each : open) {
      each.close();
    }
  }
}
