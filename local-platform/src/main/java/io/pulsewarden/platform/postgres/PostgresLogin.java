package io.pulsewarden.platform.postgres;

import io.pulsewarden.platform.secret.Password;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

/**
 * Who logs in where, by password over verified TLS.
 *
 * @param url without credentials
 * @param user the role
 * @param password the role's
 * @param caFile the CA that the server's certificate is checked against
 */
public record PostgresLogin(String url, String user, Password password, Path caFile) {

  static PostgresLogin to(int port, String database, String user, Password password, Path caFile) {
    return new PostgresLogin(
        "jdbc:postgresql://localhost:" + port + "/" + database, user, password, caFile);
  }

  /** A new connection; the caller closes it. */
  public Connection open() throws SQLException {
    return DriverManager.getConnection(url, properties());
  }

  /** The driver's properties, the password among them. */
  public Properties properties() {
    Properties properties = new Properties();
    properties.setProperty("user", user);
    properties.setProperty("password", password.reveal());
    properties.setProperty("sslmode", "verify-full");
    properties.setProperty("sslrootcert", caFile.toString());
    return properties;
  }
}
