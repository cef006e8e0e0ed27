package io.pulsewarden.keys.subject;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;

/**
 * A gate that every hand-out passes and a destruction shuts, over all instances: what is handed out
 * is known to be alive in the same transaction that records who got it, and who destroys knows of
 * everybody who got it.
 */
public final class KeyGateStore {

  /** Any number of our own. */
  private static final long GATE = 0x6b65792d67617465L;

  private KeyGateStore() {}

  /** Passes; until the transaction ends nobody destroys. */
  public static Uni<Void> pass(SqlConnection connection) {
    return lock(connection, "SELECT pg_advisory_xact_lock_shared($1)");
  }

  /** Waits for who passed and shuts it until the transaction ends. */
  public static Uni<Void> shut(SqlConnection connection) {
    return lock(connection, "SELECT pg_advisory_xact_lock($1)");
  }

  private static Uni<Void> lock(SqlConnection connection, String sql) {
    return connection.preparedQuery(sql).execute(Tuple.of(GATE)).replaceWithVoid();
  }
}
