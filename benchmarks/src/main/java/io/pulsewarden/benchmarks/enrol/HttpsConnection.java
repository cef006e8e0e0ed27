package io.pulsewarden.benchmarks.enrol;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;

/**
 * One HTTP/1.1 connection over TLS that is kept and used for one POST after the other. It does as
 * little as it can: the load generator shares its cores with what it measures. One thread.
 */
final class HttpsConnection implements AutoCloseable {

  private static final String LENGTH = "content-length:";

  private final SSLSocket socket;
  private final InputStream in;
  private final OutputStream out;

  /** An answer whose length the server said. */
  static final class Answer {
    private final int status;
    private final byte[] body;

    private Answer(int status, byte[] body) {
      this.status = status;
      this.body = body;
    }

    int status() {
      return status;
    }

    /** Not copied: there is one reader. */
    byte[] body() {
      return body;
    }
  }

  HttpsConnection(SSLContext tls, URI base) throws IOException {
    this.socket = connected(tls, base);
    this.in = new BufferedInputStream(socket.getInputStream(), 8_192);
    this.out = socket.getOutputStream();
  }

  /**
   * What comes in the moment in which the server takes up new certificates is closed: once more.
   */
  private static SSLSocket connected(SSLContext tls, URI base) throws IOException {
    try {
      return handshaken(tls, base);
    } catch (SSLHandshakeException reloaded) {
      return handshaken(tls, base);
    }
  }

  private static SSLSocket handshaken(SSLContext tls, URI base) throws IOException {
    SSLSocket socket =
        (SSLSocket) tls.getSocketFactory().createSocket(base.getHost(), base.getPort());
    try {
      socket.setTcpNoDelay(true);
      socket.startHandshake();
      return socket;
    } catch (IOException failed) {
      socket.close();
      throw failed;
    }
  }

  /**
   * A request as it goes over the wire.
   *
   * @param headers lines that end in CRLF
   */
  static byte[] request(URI base, String path, String headers, byte[] body) {
    byte[] head =
        "POST %s HTTP/1.1\r\nHost: %s\r\n%sContent-Length: %d\r\n\r\n"
            .formatted(path, base.getAuthority(), headers, body.length)
            .getBytes(US_ASCII);
    byte[] whole = new byte[head.length + body.length];
    System.arraycopy(head, 0, whole, 0, head.length);
    System.arraycopy(body, 0, whole, head.length, body.length);
    return whole;
  }

  Answer send(byte[] request) throws IOException {
    out.write(request);
    out.flush();
    int status = Integer.parseInt(line().split(" ", 3)[1]);
    int length = -1;
    for (String header = line(); !header.isEmpty(); header = line()) {
      if (header.toLowerCase(Locale.ROOT).startsWith(LENGTH)) {
        length = Integer.parseInt(header.substring(LENGTH.length()).strip());
      }
    }
    if (length < 0) {
      throw new IOException("an answer that does not say its length");
    }
    return new Answer(status, in.readNBytes(length));
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder(64);
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new EOFException("the server closed the connection");
      }
      if (next != '\r') {
        line.append((char) next);
      }
    }
    return line.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
