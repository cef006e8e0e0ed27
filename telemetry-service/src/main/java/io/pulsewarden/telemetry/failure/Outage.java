package io.pulsewarden.telemetry.failure;

import java.io.IOException;
import java.util.concurrent.TimeoutException;

/** Tells a database or network that is away from a fault of our own. */
final class Outage {

  private static final int DEPTH = 8;

  private Outage() {}

  static boolean is(Throwable thrown) {
    Throwable next = thrown;
    for (int i = 0; next != null && i < DEPTH; i++) {
      if (next instanceof IOException
          || next instanceof TimeoutException
          || next instanceof io.vertx.core.VertxException
          || next.getClass().getName().endsWith("ClosedConnectionException")) {
        return true;
      }
      next = next.getCause();
    }
    return false;
  }
}
