package io.pulsewarden.telemetry.failure;

import io.vertx.core.VertxException;
import io.vertx.core.impl.NoStackTraceThrowable;
import io.vertx.sqlclient.DatabaseException;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Tells a database or network that is away from a fault of our own. NoStackTraceThrowable is how
 * the pool says that it had no connection in time.
 */
final class Outage {

  private static final int DEPTH = 8;
  private static final Set<String> AWAY = Set.of("08", "40", "53", "57", "58");

  private Outage() {}

  static boolean is(Throwable thrown) {
    Throwable next = thrown;
    for (int i = 0; next != null && i < DEPTH; i++) {
      if (next instanceof DatabaseException answered) {
        return isOutage(answered.getSqlState());
      }
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

  /**
   * What the database itself says may be about us: a value that it does not take is no outage. Told
   * by the class of its SQLSTATE (PostgreSQL, appendix A): connection, conflict with others, too
   * few resources, stopped by its operator, fault of its system.
   */
  private static boolean isOutage(@Nullable String sqlState) {
    return sqlState == null || (sqlState.length() > 2 && AWAY.contains(sqlState.substring(0, 2)));
  }
}
