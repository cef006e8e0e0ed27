package io.pulsewarden.benchmarks.intake;

import io.pulsewarden.benchmarks.BenchPlatform;
import io.pulsewarden.platform.data.DataFolder;
import io.pulsewarden.platform.data.Passwords;
import io.pulsewarden.platform.data.Port;
import io.pulsewarden.platform.data.Ports;
import io.pulsewarden.platform.postgres.PostgresLogin;
import io.pulsewarden.platform.postgres.ServiceDatabase;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** How many messages of telemetry.vitals.v1 the store has, as its own offsets say. */
final class StorePosition implements AutoCloseable {

  private final Connection connection;

  StorePosition(BenchPlatform platform) throws IOException, SQLException {
    DataFolder data = new DataFolder(platform.data());
    String database = ServiceDatabase.ofService("telemetry-service").database();
    connection =
        new PostgresLogin(
                "jdbc:postgresql://localhost:" + Ports.of(data).of(Port.POSTGRES) + "/" + database,
                "postgres",
                Passwords.openOrCreate(data).postgresSuperuser(),
                data.of("postgres").resolve("tls/service-ca.crt"))
            .open();
  }

  /** Committed, all partitions together. */
  long messages() throws SQLException {
    try (PreparedStatement query =
            connection.prepareStatement(
                "SELECT coalesce(sum(next_offset), 0) FROM consumer_offset"
                    + " WHERE topic = 'telemetry.vitals.v1'");
        ResultSet rows = query.executeQuery()) {
      rows.next();
      return rows.getLong(1);
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
