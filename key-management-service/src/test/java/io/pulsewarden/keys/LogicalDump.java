package io.pulsewarden.keys;

import io.pulsewarden.platform.postgres.PostgresLogin;
import io.pulsewarden.platform.postgres.PostgresServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.postgresql.PGConnection;

/**
 * What pg_dump takes of a database's data, and what pg_restore makes of it: every table by COPY, of
 * one moment, and back into another server without triggers and foreign keys looking.
 *
 * @param tables their rows as COPY writes them
 */
record LogicalDump(Map<String, byte[]> tables) {

  static LogicalDump take(PostgresLogin login) throws SQLException, IOException {
    try (Connection database = login.open();
        Statement statement = database.createStatement()) {
      statement.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
      List<String> names = new ArrayList<>();
      try (ResultSet found =
          statement.executeQuery(
              "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
                  + " AND tablename <> 'flyway_schema_history'")) {
        while (found.next()) {
          names.add(found.getString(1));
        }
      }
      Map<String, byte[]> tables = new LinkedHashMap<>();
      for (String name : names) {
        ByteArrayOutputStream rows = new ByteArrayOutputStream();
        database
            .unwrap(PGConnection.class)
            .getCopyAPI()
            .copyOut("COPY public." + name + " TO STDOUT", rows);
        tables.put(name, rows.toByteArray());
      }
      return new LogicalDump(tables);
    }
  }

  /** Into a new database of that server, which has the schema of now. */
  PostgresLogin restore(PostgresServer server, String name) throws SQLException, IOException {
    PostgresLogin restored = OwnDatabase.create(server::superuser, name);
    into(restored);
    return restored;
  }

  /** In the place of what that database has. */
  void into(PostgresLogin restored) throws SQLException, IOException {
    try (Connection database = restored.open();
        Statement statement = database.createStatement()) {
      statement.execute("SET session_replication_role = replica");
      for (Map.Entry<String, byte[]> table : tables.entrySet()) {
        statement.execute("TRUNCATE public." + table.getKey() + " CASCADE");
      }
      for (Map.Entry<String, byte[]> table : tables.entrySet()) {
        database
            .unwrap(PGConnection.class)
            .getCopyAPI()
            .copyIn(
                "COPY public." + table.getKey() + " FROM STDIN",
                new ByteArrayInputStream(table.getValue()));
      }
    }
  }
}
