package io.pulsewarden.platform.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.security.SecureRandom;

/** Finds ports on loopback that nobody listens on, below the range of outgoing connections. */
public final class FreePorts {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int FIRST = 15_000;
  private static final int COUNT = 17_000;
  private static final int TRIES = 1_000;

  /** Not in java.io.tmpdir, of which each module's tests and each server have one of their own. */
  private static final ClaimedPorts CLAIMED =
      new ClaimedPorts(
          Path.of("/tmp", "pulsewarden-ports-" + System.getProperty("user.name") + ".lock"));

  private FreePorts() {}

  /**
   * A random free port. Nobody else is given it as long as this process lives, not even in another
   * process of the same user; but a program that does not ask here may take it before the caller
   * does.
   */
  public static int find() {
    for (int i = 0; i < TRIES; i++) {
      int port = FIRST + RANDOM.nextInt(COUNT);
      if (CLAIMED.claim(port) && isFree(port)) {
        return port;
      }
    }
    throw new IllegalStateException("no free port on loopback");
  }

  /** Whether a server could listen on 127.0.0.1 at this port now. */
  public static boolean isFree(int port) {
    // On macOS one may bind beside a server that listens on every address.
    return canBind(port) && !new PortProbe(port).answers();
  }

  private static boolean canBind(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
