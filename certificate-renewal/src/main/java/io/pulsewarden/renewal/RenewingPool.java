package io.pulsewarden.renewal;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;

/**
 * Makes a pool of PostgreSQL connections, each opened with the certificate that is then on disk.
 */
public final class RenewingPool {

  private RenewingPool() {}

  /**
   * A pool.
   *
   * @param vertx runs it
   * @param pool sizes and timeouts
   * @param options where to connect; key, certificates and trust anchors as PEM files
   * @throws IllegalStateException if the files can't be used now
   */
  public static Pool create(Vertx vertx, PoolOptions pool, PgConnectOptions options) {
    RenewingConnectOptions renewing = new RenewingConnectOptions(options);
    return PgBuilder.pool()
        .with(pool)
        .connectingTo(() -> Future.succeededFuture(renewing.latest()))
        .using(vertx)
        .build();
  }
}
