package io.pulsewarden.audit.siem;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * Sends events as syslog over TLS (RFC 5425). Syslog has no answer. What stands in for one here:
 * the receiver lives on for a while with the connection open, then it is told that no more will
 * come (close_notify), and it ends its side in order, which it can only do once it has read all
 * that came before. A receiver that dies instead resets or ends the connection early, and
 * everything of this connection is sent again. What a receiver does with what it has read, no
 * sender can know.
 */
final class SyslogReceiver implements Receiver {

  private static final int BUFFER = 64 * 1024;

  private final String host;
  private final int port;
  private final PemTls tls;
  private final SyslogMessage message;
  private final Duration timeout;
  private final Duration confirmAfter;
  private final Duration settle;
  private @Nullable Session session;

  /** One connection. The plain socket is kept because closing it ends a write that is stuck. */
  private record Session(Socket plain, SSLSocket secure, OutputStream out) {}

  /** What may take long. */
  private interface Step {
    void run() throws IOException;
  }

  SyslogReceiver(
      String host,
      int port,
      PemTls tls,
      SyslogMessage message,
      Duration timeout,
      Duration confirmAfter,
      Duration settle) {
    this.host = host;
    this.port = port;
    this.tls = tls;
    this.message = message;
    this.timeout = timeout;
    this.confirmAfter = confirmAfter;
    this.settle = settle;
  }

  @Override
  public void send(List<OcsfEvent> events) throws IOException {
    if (events.isEmpty()) {
      return;
    }
    Session open = session();
    within(
        open,
        () -> {
          for (OcsfEvent event : events) {
            open.out().write(message.frame(event));
          }
          open.out().flush();
        });
  }

  @Override
  public void confirm() throws IOException {
    Session open = session;
    if (open == null) {
      return;
    }
    requireAlive(open);
    within(
        open,
        () -> {
          open.secure().shutdownOutput();
          open.secure().setSoTimeout(0);
          InputStream in = open.secure().getInputStream();
          int read = in.read();
          while (read >= 0) {
            read = in.read();
          }
        });
    close();
  }

  @Override
  public Duration confirmAfter() {
    return confirmAfter;
  }

  @Override
  public void close() {
    Session open = session;
    session = null;
    if (open != null) {
      quietly(open.plain());
    }
  }

  private void requireAlive(Session open) throws IOException {
    long until = System.nanoTime() + settle.toNanos();
    InputStream in = open.secure().getInputStream();
    long left = settle.toMillis();
    while (left > 0) {
      open.secure().setSoTimeout((int) left);
      try {
        if (in.read() < 0) {
          throw new IOException("the receiver ended the connection");
        }
      } catch (SocketTimeoutException alive) {
        return;
      }
      left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
    }
  }

  private Session session() throws IOException {
    Session open = session;
    if (open == null) {
      open = connect();
      session = open;
    }
    return open;
  }

  private Session connect() throws IOException {
    Socket plain = new Socket();
    boolean done = false;
    try {
      int patience = Math.toIntExact(timeout.toMillis());
      plain.connect(new InetSocketAddress(host, port), patience);
      plain.setTcpNoDelay(true);
      plain.setSoTimeout(patience);
      // A context of its own, and so no session to resume: rsyslog's OpenSSL driver refuses that.
      SSLSocket secure =
          (SSLSocket) tls.context().getSocketFactory().createSocket(plain, host, port, true);
      SSLParameters parameters = secure.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
      secure.setSSLParameters(parameters);
      secure.startHandshake();
      done = true;
      return new Session(plain, secure, new BufferedOutputStream(secure.getOutputStream(), BUFFER));
    } finally {
      if (!done) {
        quietly(plain);
      }
    }
  }

  /** A write to a receiver that does not read has no timeout of its own. */
  private void within(Session open, Step step) throws IOException {
    CountDownLatch done = new CountDownLatch(1);
    AtomicBoolean late = new AtomicBoolean();
    Thread guard = Thread.ofVirtual().unstarted(() -> closeUnless(done, late, open));
    guard.start();
    try {
      step.run();
    } finally {
      done.countDown();
    }
    if (late.get()) {
      throw new IOException("the receiver kept the connection waiting");
    }
  }

  private void closeUnless(CountDownLatch done, AtomicBoolean late, Session open) {
    try {
      if (!done.await(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        late.set(true);
        quietly(open.plain());
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static void quietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException gone) {
      // It was to be gone.
    }
  }
}
