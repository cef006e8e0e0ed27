package io.pulsewarden.registry.procurement;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Lines of UTF-8, at most {@link #MAX} characters of each kept, so that no line however long takes
 * more memory than that. Not thread-safe.
 */
final class BoundedLines {

  static final int MAX = 8_192;

  private static final char BOM = '\uFEFF';

  private final Reader reader;
  private int number;
  private boolean tooLong;

  BoundedLines(InputStream in) {
    this.reader =
        new BufferedReader(
            new InputStreamReader(
                in,
                StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPLACE)
                    .onUnmappableCharacter(CodingErrorAction.REPLACE)));
  }

  /**
   * Without its line feed and carriage return; cut if too long; null at the end. Bytes that are no
   * UTF-8 come as U+FFFD.
   */
  @Nullable String next() throws IOException {
    StringBuilder line = new StringBuilder();
    tooLong = false;
    int read = reader.read();
    if (read < 0) {
      return null;
    }
    number++;
    while (read >= 0 && read != '\n') {
      if (line.length() < MAX) {
        line.append((char) read);
      } else {
        tooLong = true;
      }
      read = reader.read();
    }
    if (!line.isEmpty() && line.charAt(line.length() - 1) == '\r') {
      line.setLength(line.length() - 1);
    }
    return number == 1 && !line.isEmpty() && line.charAt(0) == BOM
        ? line.substring(1)
        : line.toString();
  }

  /** Of the line read last, from 1. */
  int number() {
    return number;
  }

  /** Whether the line read last was cut. */
  boolean wasTooLong() {
    return tooLong;
  }
}
