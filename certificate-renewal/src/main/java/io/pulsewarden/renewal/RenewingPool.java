package io.pulsewarden.renewal;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import java.util.concurrent.TimeUnit;

/**
 * Makes a pool of PostgreSQL connections, each opened with the certificate that is then on disk,
 * and none of which waits for ever, at either end, for another that is gone.
 */
public final class RenewingPool {

  /**
   * A server whose machine loses power closes nothing, and the kernel goes on for a quarter of an
   * hour with what was sent to it. No statement of ours takes as long as this.
   */
  private static final int UNANSWERED_SECONDS = 60;

  /** Earlier, so that the pool closes what it does not need before that is taken for unanswered. */
  private static final int UNUSED_SECONDS = 30;

  private RenewingPool() {}

  /**
   * A pool. What its options leave open is set: a connection is closed that is not used for half a
   * minute, or reads nothing for a minute.
   *
   * @param vertx runs it
   * @param pool sizes and timeouts
   * @param options where to connect; key, certificates and trust anchors as PEM files
   * @throws IllegalStateException if the files can't be used now
   */
  public static Pool create(Vertx vertx, PoolOptions pool, PgConnectOptions options) {
    PgConnectOptions bounded = SilentSessions.bounded(options);
    if (bounded.getReadIdleTimeout() == 0) {
      bounded.setReadIdleTimeout(UNANSWERED_SECONDS);
    }
    PoolOptions small = new PoolOptions(pool);
    if (small.getIdleTimeout() == 0) {
      small.setIdleTimeout(UNUSED_SECONDS).setIdleTimeoutUnit(TimeUnit.SECONDS);
    }
    RenewingConnectOptions renewing = new RenewingConnectOptions(bounded);
    return PgBuilder.pool()
        .with(small)
        .connectingTo(() -> Future.succeededFuture(renewing.latest()))
        .using(vertx)
        .build();
  }
}
