package io.pulsewarden.benchmarks.enrol;

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
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.UUID;

/**
 * When the registry committed a change, as PostgreSQL itself noted it ({@code
 * track_commit_timestamp}): the moment at which the commit began, before it was flushed to disk. It
 * is of this machine's clock, as is the moment at which a device's socket ends.
 */
final class CommitTimes implements AutoCloseable {

  private final Connection connection;

  CommitTimes(BenchPlatform platform) throws IOException, SQLException {
    DataFolder data = new DataFolder(platform.data());
    String database = ServiceDatabase.ofService("device-registry-service").database();
    connection =
        new PostgresLogin(
                "jdbc:postgresql://localhost:" + Ports.of(data).of(Port.POSTGRES) + "/" + database,
                "postgres",
                Passwords.openOrCreate(data).postgresSuperuser(),
                data.of("postgres").resolve("tls/service-ca.crt"))
            .open();
  }

  /** Of the transaction that last changed a certificate of the device: its revocation. */
  Instant ofRevocation(UUID device) throws SQLException {
    return one(
        "SELECT max(pg_xact_commit_timestamp(xmin)) FROM certificate WHERE device_id = ?", device);
  }

  /** Of the transaction that last changed the device's own row. */
  Instant ofChange(UUID device) throws SQLException {
    return one("SELECT pg_xact_commit_timestamp(xmin) FROM device WHERE id = ?", device);
  }

  /** Whether the registry has heard of the device's first session; it changes the row, too. */
  boolean isActive(UUID device) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement("SELECT 1 FROM device WHERE id = ? AND lifecycle = 'ACTIVE'")) {
      query.setObject(1, device);
      try (ResultSet rows = query.executeQuery()) {
        return rows.next();
      }
    }
  }

  private Instant one(String sql, UUID device) throws SQLException {
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      query.setObject(1, device);
      try (ResultSet rows = query.executeQuery()) {
        if (!rows.next()) {
          throw new SQLException("no such row");
        }
        return rows.getObject(1, OffsetDateTime.class).toInstant();
      }
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
