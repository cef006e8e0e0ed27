package io.pulsewarden.outage;

import io.vertx.core.VertxException;
import io.vertx.core.file.FileSystemException;
import io.vertx.core.impl.NoStackTraceThrowable;
import io.vertx.sqlclient.DatabaseException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Tells a database or network that is away, which passes, from a fault of our own, which does not:
 * the one is answered with 503 and comes again, the other is answered with 500 and mended.
 */
public final class Outage {

  private static final int DEPTH = 10;

  /**
   * Classes of SQLSTATE (PostgreSQL, appendix A): connection, conflict with others, too few
   * resources, stopped by its operator, fault of its system.
   */
  private static final Set<String> AWAY = Set.of("08", "40", "53", "57", "58");

  /**
   * Of other classes: another transaction kept a lock for longer than we wait; a database that
   * takes no writes, as the former primary does after a failover, or one whose disk is full; a
   * session that was ended because we were silent in a transaction.
   */
  private static final Set<String> PASSING = Set.of("55P03", "25006", "25P03");

  private static final int SQLSTATE_LENGTH = 5;

  private Outage() {}

  /** Whether it, or what it was caused by, says that a server is away. */
  public static boolean isCauseOf(Throwable failure) {
    @Nullable Throwable cause = failure;
    for (int i = 0; cause != null && i < DEPTH; i++) {
      if (cause instanceof DatabaseException answered) {
        // What the database itself says may be about us: a value that it does not take.
        return saysThatItIsAway(answered.getSqlState());
      }
      if (cause instanceof SQLException answered) {
        // The same, as Hibernate Reactive hands it on.
        return saysThatItIsAway(answered.getSQLState());
      }
      if (isAway(cause)) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }

  private static boolean saysThatItIsAway(@Nullable String state) {
    return state == null
        || PASSING.contains(state)
        || (state.length() == SQLSTATE_LENGTH && AWAY.contains(state.substring(0, 2)));
  }

  private static boolean isAway(Throwable cause) {
    return switch (cause) {
      case IOException broken -> isOfTheNetwork(broken);
      case TimeoutException _, io.smallrye.mutiny.TimeoutException _ -> true;
      // How the pool says that it had no connection in time, and that one is no longer active.
      case NoStackTraceThrowable _ -> true;
      case FileSystemException _ -> false;
      // A connection that was closed.
      case VertxException _ -> true;
      default -> false;
    };
  }

  /** JSON, files and character sets have their IOExceptions too, and those are about us. */
  private static boolean isOfTheNetwork(IOException broken) {
    return broken instanceof SocketException
        || broken instanceof UnknownHostException
        || broken instanceof InterruptedIOException
        || broken instanceof HttpTimeoutException
        || broken instanceof ClosedChannelException
        || broken instanceof SSLException
        || broken instanceof EOFException
        // The JDK's own 'broken pipe', and what Netty's native transport throws.
        || broken.getClass() == IOException.class
        || broken.getClass().getName().startsWith("io.netty.channel.");
  }
}
