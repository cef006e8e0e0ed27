package io.pulsewarden.registry.connection;

import io.pulsewarden.renewal.RenewingPool;
import io.quarkus.reactive.pg.client.PgPoolCreator;
import io.vertx.sqlclient.Pool;
import jakarta.inject.Singleton;

/** Each new connection shows the service's certificate as it then is, so that it can be renewed. */
@Singleton
final class PoolConfiguration implements PgPoolCreator {

  @Override
  public Pool create(Input input) {
    return RenewingPool.create(
        input.vertx(), input.poolOptions(), input.pgConnectOptionsList().getFirst());
  }
}
