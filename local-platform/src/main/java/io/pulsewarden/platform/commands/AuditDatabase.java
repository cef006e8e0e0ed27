package io.pulsewarden.platform.commands;

import io.pulsewarden.platform.data.DataFolder;
import io.pulsewarden.platform.data.Passwords;
import io.pulsewarden.platform.data.Port;
import io.pulsewarden.platform.data.Ports;
import io.pulsewarden.platform.launch.Part;
import io.pulsewarden.platform.postgres.PostgresServer;
import io.pulsewarden.platform.postgres.ServiceDatabase;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** The audit log's database as its owner sees it: what the service itself has no right to do. */
final class AuditDatabase implements AutoCloseable {

  private final Connection connection;

  private AuditDatabase(Connection connection) {
    this.connection = connection;
  }

  static AuditDatabase open(DataFolder data) throws IOException, SQLException {
    return new AuditDatabase(
        PostgresServer.ownerLogin(
                data.of(Part.POSTGRES.key()),
                Ports.of(data).of(Port.POSTGRES),
                Passwords.openOrCreate(data).postgresOwner(),
                ServiceDatabase.AUDIT)
            .open());
  }

  long number(String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
