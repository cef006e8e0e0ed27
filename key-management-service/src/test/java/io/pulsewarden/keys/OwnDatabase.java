package io.pulsewarden.keys;

import io.pulsewarden.platform.postgres.PostgresLogin;
import io.pulsewarden.platform.schema.SchemaMigrator;
import io.pulsewarden.platform.servers.ServerFiles;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import java.util.function.Function;

/**
 * Another database with key management's schema of now, which the service that runs does not see.
 */
public final class OwnDatabase {

  private OwnDatabase() {}

  /**
   * Empty, with a name that no other has.
   *
   * @param superuser the way into each database of a server
   */
  public static PostgresLogin create(Function<String, PostgresLogin> superuser)
      throws SQLException {
    return create(superuser, "own_" + UUID.randomUUID().toString().replace('-', '_'));
  }

  static PostgresLogin create(Function<String, PostgresLogin> superuser, String name)
      throws SQLException {
    try (Connection any = superuser.apply("postgres").open();
        Statement create = any.createStatement()) {
      create.execute("CREATE DATABASE " + name);
    }
    PostgresLogin created = superuser.apply(name);
    SchemaMigrator.migrate(created, ServerFiles.ofThisBuild().migrations("key-management-service"));
    return created;
  }
}
