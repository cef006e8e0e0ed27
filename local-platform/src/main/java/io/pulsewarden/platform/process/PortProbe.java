package io.pulsewarden.platform.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/**
 * Asks whether someone listens on loopback.
 *
 * @param port on 127.0.0.1
 */
public record PortProbe(int port) {

  private static final int CONNECT_MILLIS = 500;

  /** Whether a connection was accepted. */
  public boolean answers() {
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), CONNECT_MILLIS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
