package io.pulsewarden.registry.ca;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** A certification request in PEM (RFC 7468). */
final class RequestPem {

  private static final Base64.Encoder LINES =
      Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));

  private RequestPem() {}

  static String write(byte[] der) {
    return "-----BEGIN CERTIFICATE REQUEST-----\n"
        + LINES.encodeToString(der)
        + "\n-----END CERTIFICATE REQUEST-----\n";
  }
}
