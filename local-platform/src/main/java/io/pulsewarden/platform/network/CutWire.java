package io.pulsewarden.platform.network;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A TCP relay on loopback that can stop forwarding, and end its connections. Thread-safe. */
public final class CutWire implements AutoCloseable {

  private final ServerSocket server;
  private final int target;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final Object lock = new Object();
  private boolean still;

  public CutWire(int target) throws IOException {
    this.target = target;
    this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  /** Where it listens. */
  public int port() {
    return server.getLocalPort();
  }

  /**
   * Forwards nothing more; connections stand and new ones are taken, as by a network that is cut.
   */
  public void hold() {
    synchronized (lock) {
      still = true;
    }
  }

  /** Forwards again, beginning with what was held. */
  public void release() {
    synchronized (lock) {
      still = false;
      lock.notifyAll();
    }
  }

  /** Ends every connection, and drops what was held. */
  public void cut() {
    open.forEach(this::cut);
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket near = server.accept();
        open.add(near);
        if (server.isClosed()) {
          cut(near);
        }
        Thread.ofVirtual().start(() -> relay(near));
      } catch (IOException closed) {
        cut();
      }
    }
  }

  private void relay(Socket near) {
    try {
      Socket far = new Socket(InetAddress.getLoopbackAddress(), target);
      open.add(far);
      Thread.ofVirtual().start(() -> pump(near, far));
      pump(far, near);
    } catch (IOException nobodyThere) {
      cut(near);
    }
  }

  private void pump(Socket from, Socket to) {
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] buffer = new byte[8192];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        awaitRelease();
        out.write(buffer, 0, read);
      }
    } catch (IOException | InterruptedException cut) {
      // Both ends are closed on the way out.
    }
    cut(from);
    cut(to);
  }

  private void awaitRelease() throws InterruptedException {
    synchronized (lock) {
      while (still) {
        lock.wait();
      }
    }
  }

  private void cut(Socket socket) {
    open.remove(socket);
    try {
      socket.close();
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    release();
    cut();
  }
}
