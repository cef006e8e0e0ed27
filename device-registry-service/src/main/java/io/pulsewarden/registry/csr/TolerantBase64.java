package io.pulsewarden.registry.csr;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Base64 as RFC 8951, section 3.1, wants it read: RFC 4648's alphabet, white space anywhere,
 * whatever {@code Content-Transfer-Encoding} says.
 */
final class TolerantBase64 {

  private TolerantBase64() {}

  /**
   * The bytes that the text stands for.
   *
   * @throws IllegalArgumentException if there is anything else in it
   */
  static byte[] decode(byte[] text) {
    return Base64.getDecoder()
        .decode(new String(text, StandardCharsets.ISO_8859_1).replaceAll("[ \t\r\n]", ""));
  }
}
