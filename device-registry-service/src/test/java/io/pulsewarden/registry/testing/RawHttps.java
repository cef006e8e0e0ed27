package io.pulsewarden.registry.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;

/** One connection on which bytes go out when the test says so, and not when a client likes to. */
public final class RawHttps implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final SSLSocket socket;
  private final OutputStream out;

  private RawHttps(SSLSocket socket) throws IOException {
    this.socket = socket;
    this.out = socket.getOutputStream();
  }

  public static RawHttps open(URI base) {
    try {
      SSLContext tls = SSLContext.getInstance("TLS");
      tls.init(null, new TrustManager[] {Registry.trustManager()}, null);
      SSLSocket socket =
          (SSLSocket) tls.getSocketFactory().createSocket(base.getHost(), base.getPort());
      socket.setSoTimeout((int) PATIENCE.toMillis());
      return new RawHttps(socket);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** Head lines of HTTP/1.1 without the empty one behind them. */
  public RawHttps head(String... lines) {
    return send(String.join("\r\n", lines) + "\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  }

  public RawHttps send(String text) {
    return send(text.getBytes(StandardCharsets.UTF_8));
  }

  public RawHttps send(byte[] bytes) {
    try {
      out.write(bytes);
      out.flush();
      return this;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** One chunk of a body with Transfer-Encoding: chunked; an empty one ends it. */
  public RawHttps chunk(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return send(Integer.toHexString(bytes.length) + "\r\n").send(bytes).send("\r\n");
  }

  /** All that comes until the server closes. */
  public String answer() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try {
      socket.getInputStream().transferTo(all);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    return all.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
