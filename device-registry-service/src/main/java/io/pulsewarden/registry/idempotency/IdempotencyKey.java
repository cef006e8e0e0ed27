package io.pulsewarden.registry.idempotency;

import io.pulsewarden.registry.problem.ProblemException;
import io.pulsewarden.registry.problem.ProblemType;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a caller names a creation by, so that it can be sent again.
 *
 * @param key null: the caller does not care
 * @param requestHash SHA-256 of what was asked for, in hexadecimal
 */
public record IdempotencyKey(@Nullable String key, String requestHash) {

  public static final String HEADER = "Idempotency-Key";

  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._:-]{8,100}");

  /**
   * Reads the header, and hashes what was asked for with it.
   *
   * @param request a text that is the same for the same request, and another for another
   */
  public static IdempotencyKey parse(@Nullable String header, String request) {
    if (header != null && !FORM.matcher(header).matches()) {
      throw new ProblemException(
          ProblemType.INVALID_HEADER.at(
              HEADER, "Has to be 8 to 100 letters, digits, '.', '_', ':' or '-'."));
    }
    return new IdempotencyKey(header, hash(request));
  }

  private static String hash(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has SHA-256", impossible);
    }
  }
}
