package io.pulsewarden.platform.postgres;

import io.pulsewarden.platform.secret.Password;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.function.Function;

/**
 * Makes the databases and roles that are missing. Each step asks first what is there, so that a
 * start which was cut off anywhere is completed by the next one.
 */
final class DatabaseCreation {

  private final Function<String, PostgresLogin> superuserTo;
  private final Password ownerPassword;

  DatabaseCreation(Function<String, PostgresLogin> superuserTo, Password ownerPassword) {
    this.superuserTo = superuserTo;
    this.ownerPassword = ownerPassword;
  }

  void createMissing() throws SQLException {
    try (Connection connection = superuserTo.apply("postgres").open()) {
      for (ServiceDatabase one : ServiceDatabase.values()) {
        createRole(connection, one.ownerRole(), Optional.of(ownerPassword));
        Optional<String> serviceRole = one.serviceRole();
        if (serviceRole.isPresent()) {
          createRole(connection, serviceRole.get(), Optional.empty());
        }
        createDatabase(connection, one);
      }
    }
    for (ServiceDatabase one : ServiceDatabase.values()) {
      try (Connection connection = superuserTo.apply(one.database()).open()) {
        grant(connection, one);
      }
    }
  }

  private static void createRole(Connection connection, String role, Optional<Password> password)
      throws SQLException {
    if (!exists(connection, "SELECT 1 FROM pg_roles WHERE rolname = ?", role)) {
      execute(connection, "CREATE ROLE " + role + " LOGIN");
    }
    if (password.isPresent()) {
      execute(connection, "ALTER ROLE " + role + " PASSWORD '" + password.get().reveal() + "'");
    }
  }

  private static void createDatabase(Connection connection, ServiceDatabase one)
      throws SQLException {
    if (!exists(connection, "SELECT 1 FROM pg_database WHERE datname = ?", one.database())) {
      execute(connection, "CREATE DATABASE " + one.database() + " OWNER " + one.ownerRole());
    }
    execute(connection, "REVOKE ALL ON DATABASE " + one.database() + " FROM PUBLIC");
  }

  private static void grant(Connection connection, ServiceDatabase one) throws SQLException {
    execute(connection, "ALTER SCHEMA public OWNER TO " + one.ownerRole());
    execute(connection, "REVOKE ALL ON SCHEMA public FROM PUBLIC");
    Optional<String> role = one.serviceRole();
    if (role.isPresent()) {
      execute(connection, "GRANT CONNECT ON DATABASE " + one.database() + " TO " + role.get());
      execute(connection, "GRANT USAGE ON SCHEMA public TO " + role.get());
    }
  }

  private static boolean exists(Connection connection, String query, String name)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(query)) {
      statement.setString(1, name);
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next();
      }
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
