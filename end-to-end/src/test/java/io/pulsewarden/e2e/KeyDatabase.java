package io.pulsewarden.e2e;

import io.pulsewarden.platform.certificates.LocalCa;
import io.pulsewarden.platform.data.DataFolder;
import io.pulsewarden.platform.data.Passwords;
import io.pulsewarden.platform.data.Port;
import io.pulsewarden.platform.data.Ports;
import io.pulsewarden.platform.postgres.PostgresServer;
import io.pulsewarden.platform.postgres.PostgresSettings;
import io.pulsewarden.platform.postgres.ServiceDatabase;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;

/** Key management's database, as its owner sees it. */
final class KeyDatabase {

  private KeyDatabase() {}

  static Connection open(DataFolder data) throws IOException, SQLException {
    Ports ports = Ports.of(data);
    Passwords passwords = Passwords.openOrCreate(data);
    PostgresSettings settings =
        new PostgresSettings(
            ports.of(Port.POSTGRES),
            LocalCa.openOrCreate(data.ca("services"), "services"),
            "pulsewarden.local",
            passwords.postgresSuperuser(),
            passwords.postgresOwner());
    return PostgresServer.ownerLogin(data.of("postgres"), settings, ServiceDatabase.KEY_MANAGEMENT)
        .open();
  }
}
