package io.pulsewarden.keys.problem;

import java.io.IOException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Tells 'the database is away', which passes, from our own mistakes, which do not. */
final class Outage {

  private static final int MAX_DEPTH = 10;

  private Outage() {}

  static boolean isCauseOf(Throwable failure) {
    @Nullable Throwable cause = failure;
    for (int depth = 0; cause != null && depth < MAX_DEPTH; depth++) {
      if (cause instanceof IOException
          || cause instanceof TimeoutException
          || cause.getClass().getSimpleName().equals("ClosedConnectionException")
          || String.valueOf(cause.getMessage()).startsWith("Connection is not active")) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }
}
