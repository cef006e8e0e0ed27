package io.pulsewarden.telemetry.failure;

import io.vertx.core.VertxException;
import io.vertx.core.impl.NoStackTraceThrowable;
import java.io.IOException;
import java.util.concurrent.TimeoutException;

/**
 * Tells a database or network that is away from a fault of our own. NoStackTraceThrowable is how
 * the pool says that it had no connection in time.
 */
final class Outage {

  private static final int DEPTH = 8;

  private Outage() {}

  static boolean is(Throwable thrown) {
    Throwable next = thrown;
    for (int i = 0; next != null && i < DEPTH; i++) {
      if (next instanceof IOException
          || next instanceof TimeoutException
          || next instanceof VertxException
          || next instanceof NoStackTraceThrowable
          || next.getClass().getName().endsWith("ClosedConnectionException")) {
        return true;
      }
      next = next.getCause();
    }
    return false;
  }
}
