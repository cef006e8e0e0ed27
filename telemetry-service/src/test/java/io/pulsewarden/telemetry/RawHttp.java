package io.pulsewarden.telemetry;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import javax.net.ssl.SSLSocket;

/**
 * HTTP/1.1 by the byte, for what a well-behaved client would not send. A connection for each
 * request; no answer within half a minute is a failure.
 */
final class RawHttp {

  private final URI base;

  RawHttp(URI base) {
    this.base = base;
  }

  /** An answer: its status, 0 if the connection was closed without one, and all of its text. */
  record Answer(int status, String text) {}

  Answer send(String method, String path, String headers) throws IOException {
    return send(method, path, headers, new byte[0]);
  }

  /**
   * Sends and reads to the end.
   *
   * @param headers each with its CR LF
   */
  Answer send(String method, String path, String headers, byte[] body) throws IOException {
    try (SSLSocket socket =
        (SSLSocket)
            Clinic.trustingTheEdge()
                .getSocketFactory()
                .createSocket(base.getHost(), base.getPort())) {
      socket.setSoTimeout(30_000);
      ByteArrayOutputStream request = new ByteArrayOutputStream();
      request.writeBytes(
          (method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + headers)
              .getBytes(ISO_8859_1));
      if (body.length > 0) {
        request.writeBytes(("Content-Length: " + body.length + "\r\n").getBytes(ISO_8859_1));
      }
      request.writeBytes("\r\n".getBytes(ISO_8859_1));
      request.writeBytes(body);
      try {
        socket.getOutputStream().write(request.toByteArray());
        socket.getOutputStream().flush();
      } catch (IOException refusedMeanwhile) {
        // Whoever is told early that it is too much may still be writing: the answer says so.
      }
      String text = new String(read(socket), UTF_8);
      return text.startsWith("HTTP/1.1 ")
          ? new Answer(Integer.parseInt(text.substring(9, 12)), text)
          : new Answer(0, text);
    }
  }

  private static byte[] read(SSLSocket socket) throws IOException {
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    byte[] buffer = new byte[8192];
    try {
      for (int n = socket.getInputStream().read(buffer);
          n >= 0;
          n = socket.getInputStream().read(buffer)) {
        answer.write(buffer, 0, n);
      }
    } catch (SocketTimeoutException hangs) {
      throw new IOException("no end of the answer within half a minute", hangs);
    } catch (IOException cutOff) {
      // Closed without TLS's goodbye: what came until then is the answer.
    }
    return answer.toByteArray();
  }
}
