package io.pulsewarden.telemetry.session;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;

/**
 * A handshake and nothing behind it. What is to be said in one turn is written at once: a socket of
 * the JDK writes each message alone, and one that meets a server which has closed would be what is
 * heard, instead of the server's alert.
 */
final class TlsProbe {

  private static final int ROOM = 1 << 16;
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private TlsProbe() {}

  /**
   * Shakes hands with a server that refuses.
   *
   * @return what its alert is to the client
   * @throws EOFException if it closes without one
   */
  static SSLException refusal(SSLContext tls, String protocol, int port) throws IOException {
    SSLEngine engine = tls.createSSLEngine();
    engine.setUseClientMode(true);
    engine.setEnabledProtocols(new String[] {protocol});
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(60_000);
      talk(engine, socket);
      throw new EOFException("closed without an alert");
    } catch (SSLException alert) {
      return alert;
    }
  }

  private static void talk(SSLEngine engine, Socket socket) throws IOException {
    ByteArrayOutputStream turn = new ByteArrayOutputStream();
    ByteBuffer heard = ByteBuffer.allocate(ROOM).flip();
    byte[] read = new byte[ROOM / 2];
    engine.beginHandshake();
    while (true) {
      HandshakeStatus next = engine.getHandshakeStatus();
      if (next == HandshakeStatus.NEED_TASK) {
        engine.getDelegatedTask().run();
      } else if (next == HandshakeStatus.NEED_WRAP) {
        ByteBuffer said = ByteBuffer.allocate(ROOM);
        engine.wrap(NOTHING, said);
        turn.write(said.array(), 0, said.position());
      } else {
        socket.getOutputStream().write(turn.toByteArray());
        turn.reset();
        Status status = engine.unwrap(heard, ByteBuffer.allocate(ROOM)).getStatus();
        if (status == Status.BUFFER_UNDERFLOW) {
          int count = socket.getInputStream().read(read);
          if (count < 0) {
            return;
          }
          heard.compact().put(read, 0, count).flip();
        } else if (status == Status.CLOSED) {
          return;
        }
      }
    }
  }
}
