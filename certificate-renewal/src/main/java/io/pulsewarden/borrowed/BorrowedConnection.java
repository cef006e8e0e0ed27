package io.pulsewarden.borrowed;

import io.netty.channel.ChannelHandlerContext;
import io.smallrye.mutiny.TimeoutException;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.sqlclient.impl.SocketConnectionBase;
import io.vertx.sqlclient.impl.SqlConnectionInternal;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** Takes connections out of a pool for whoever waits, and ends those that no longer answer. */
public final class BorrowedConnection {

  private static final System.Logger LOG = System.getLogger(BorrowedConnection.class.getName());

  private BorrowedConnection() {}

  /**
   * A connection; whoever has it closes it. One that the pool hands out after the patience goes
   * back at once: a mere wait for the pool's answer would let it drop, and the pool would count it
   * as lent for ever. Blocks.
   *
   * @throws TimeoutException if there was none in time
   * @throws CompletionException if there was none for another reason, which is its cause
   */
  public static SqlConnection take(Pool pool, Duration patience) {
    CompletableFuture<SqlConnection> taken = new CompletableFuture<>();
    var _ =
        pool.getConnection()
            .subscribe()
            .with(connection -> handOver(connection, taken), taken::completeExceptionally);
    try {
      return taken.get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException refused) {
      throw new CompletionException(refused.getCause());
    } catch (java.util.concurrent.TimeoutException late) {
      return givenUp(taken, new TimeoutException());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return givenUp(taken, new CompletionException(interrupted));
    }
  }

  private static void handOver(SqlConnection connection, CompletableFuture<SqlConnection> taken) {
    if (!taken.complete(connection)) {
      var _ =
          connection
              .close()
              .subscribe()
              .with(
                  _ -> {},
                  broken ->
                      LOG.log(System.Logger.Level.DEBUG, "late connection not given back", broken));
    }
  }

  /** It may have come in this very moment. */
  private static SqlConnection givenUp(
      CompletableFuture<SqlConnection> taken, RuntimeException why) {
    if (taken.completeExceptionally(why)) {
      throw why;
    }
    return taken.join();
  }

  /**
   * Ends a connection's socket: what waits for an answer on it fails, and the pool forgets it. For
   * one that no longer answers: closing it would only lend it to the next, and the client's own end
   * says goodbye and waits for the server's. So it is closed below TLS and the client's codec. Does
   * not wait.
   */
  public static void drop(SqlConnection connection) {
    if (connection.getDelegate() instanceof SqlConnectionInternal lent
        && lent.unwrap().unwrap() instanceof SocketConnectionBase open) {
      ChannelHandlerContext lowest =
          open.socket().channelHandlerContext().pipeline().firstContext();
      // Null where it is closed already.
      if (lowest != null) {
        var _ = lowest.close();
      }
    } else {
      throw new IllegalStateException("not a connection of the reactive client");
    }
  }
}
