package io.pulsewarden.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/**
 * Holds a transaction at an INSERT, and kills the database's process that does it, with signal 9.
 * PostgreSQL then ends all its others and starts anew from its log, as after a crash.
 */
public final class KilledBackend implements AutoCloseable {

  private static final int LOCK = 471_147;
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final String table;
  private final Connection holding;

  private KilledBackend(String table, Connection holding) {
    this.table = table;
    this.holding = holding;
  }

  /**
   * From now on until it is closed.
   *
   * @param when which rows, or which transactions, in SQL
   */
  public static KilledBackend atInsertInto(String table, String when) throws SQLException {
    Connection holding = TelemetryServers.bed().superuserConnection();
    try (Statement statement = holding.createStatement()) {
      statement.execute("SELECT pg_advisory_lock(" + LOCK + ")");
      statement.execute(
          "CREATE FUNCTION hold_insert() RETURNS trigger LANGUAGE plpgsql SET lock_timeout = 0"
              + " AS $$ BEGIN"
              + " PERFORM pg_advisory_xact_lock("
              + LOCK
              + "); RETURN NEW; END $$");
      statement.execute(
          "CREATE TRIGGER hold_insert BEFORE INSERT ON "
              + table
              + " FOR EACH ROW WHEN ("
              + when
              + ") EXECUTE FUNCTION hold_insert()");
    }
    return new KilledBackend(table, holding);
  }

  /** Waits for the INSERT, and kills. */
  public void kill() {
    long[] process = new long[1];
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              process[0] = waiting();
              return process[0] != 0;
            });
    assertThat(ProcessHandle.of(process[0]).orElseThrow().destroyForcibly()).isTrue();
    await().atMost(PATIENCE).until(() -> !holding.isValid(1));
  }

  private long waiting() throws SQLException {
    try (Statement statement = holding.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
                    + " AND classid = 0 AND objid = "
                    + LOCK)) {
      return rows.next() ? rows.getLong(1) : 0;
    }
  }

  @Override
  public void close() {
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(
            () -> {
              holding.close();
              try (Connection again = TelemetryServers.bed().superuserConnection();
                  Statement statement = again.createStatement()) {
                statement.execute("DROP TRIGGER IF EXISTS hold_insert ON " + table);
                return !statement.execute("DROP FUNCTION IF EXISTS hold_insert()");
              }
            });
  }
}
