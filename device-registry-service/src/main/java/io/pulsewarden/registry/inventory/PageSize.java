package io.pulsewarden.registry.inventory;

import io.pulsewarden.registry.problem.ProblemException;
import io.pulsewarden.registry.problem.ProblemType;
import org.jspecify.annotations.Nullable;

/** How many items a page has: 1 to 200, 50 if nobody says. */
record PageSize(int limit) {

  private static final int DEFAULT = 50;
  private static final int MAX = 200;

  static PageSize parse(@Nullable String text) {
    if (text == null) {
      return new PageSize(DEFAULT);
    }
    try {
      int limit = Integer.parseInt(text);
      if (limit >= 1 && limit <= MAX) {
        return new PageSize(limit);
      }
    } catch (NumberFormatException notANumber) {
      // Answered below, as is a number out of range.
    }
    throw new ProblemException(
        ProblemType.INVALID_PARAMETER.at("limit", "Has to be 1 to " + MAX + "."));
  }
}
