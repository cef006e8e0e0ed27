package io.pulsewarden.registry.problem;

import org.jspecify.annotations.Nullable;

/** Tells which rule of the database a failed change broke. */
public final class Constraint {

  private static final int MAX_DEPTH = 10;

  private Constraint() {}

  /** Whether PostgreSQL named this constraint as the one that was violated. */
  public static boolean isBroken(Throwable failure, String name) {
    @Nullable Throwable cause = failure;
    for (int depth = 0; cause != null && depth < MAX_DEPTH; depth++) {
      // The exceptions around the server's own differ by kind of constraint; its message does not.
      String message = cause.getMessage();
      if (message != null && message.contains('"' + name + '"')) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }
}
