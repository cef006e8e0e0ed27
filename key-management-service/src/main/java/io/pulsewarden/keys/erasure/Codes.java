package io.pulsewarden.keys.erasure;

import io.pulsewarden.keys.problem.ProblemException;
import org.jspecify.annotations.Nullable;

/** Codes of a request's body. */
final class Codes {

  private Codes() {}

  /**
   * The code in that field.
   *
   * @throws ProblemException 400 if there is none
   */
  static Code required(@Nullable String text, String field) {
    try {
      return new Code(text == null ? "" : text);
    } catch (IllegalArgumentException notACode) {
      throw new ProblemException(
          400, "unreadable-request", field + ": a code of lower-case words joined by hyphens");
    }
  }
}
