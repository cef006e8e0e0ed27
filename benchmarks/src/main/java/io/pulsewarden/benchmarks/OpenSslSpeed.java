package io.pulsewarden.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The baseline for signatures: what {@code openssl speed} does with one core of this machine.
 *
 * @param signs each second
 * @param verifies each second
 */
public record OpenSslSpeed(double signs, double verifies) {

  private static final Pattern LAST =
      Pattern.compile("([0-9.]+)s\\s+([0-9.]+)s\\s+([0-9.]+)\\s+([0-9.]+)\\s*$");

  /**
   * Runs {@code openssl speed}.
   *
   * @param algorithm such as {@code ecdsap256}
   */
  public static OpenSslSpeed of(String algorithm, int seconds)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                List.of("openssl", "speed", "-seconds", Integer.toString(seconds), algorithm))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException("openssl speed " + algorithm + " ended with an error");
    }
    return parse(text);
  }

  /** Reads the last line of what it prints: sign, verify, sign/s, verify/s. */
  static OpenSslSpeed parse(String text) throws IOException {
    Matcher last = LAST.matcher(text.stripTrailing());
    if (!last.find()) {
      throw new IOException("openssl speed printed no table");
    }
    return new OpenSslSpeed(Double.parseDouble(last.group(3)), Double.parseDouble(last.group(4)));
  }
}
