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

  /**
   * Waits for who passed and shuts it until the transaction ends. Everybody who comes meanwhile
   * waits behind, so the wait is short: it fails if somebody stays, and a destruction comes again.
   */
  public static Uni<Void> shut(SqlConnection connection) {
    return connection
        .query("SET LOCAL lock_timeout = '1s'")
        .execute()
        .chain(() -> lock(connection, "SELECT pg_advisory_xact_lock($1)"))
        .call(() -> connection.query("SET LOCAL lock_timeout = DEFAULT").execute());
  }

  private static Uni<Void> lock(SqlConnection connection, String sql) {
    return connection.preparedQuery(sql).execute(Tuple.of(GATE)).replaceWithVoid();
  }
}
