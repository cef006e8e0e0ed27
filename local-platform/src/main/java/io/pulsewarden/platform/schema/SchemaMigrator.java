package io.pulsewarden.platform.schema;

import io.pulsewarden.platform.postgres.PostgresLogin;
import java.nio.file.Path;
import org.flywaydb.core.Flyway;

/**
 * Brings a database to its newest schema. Services have no migrations of their own at run time:
 * their role could not run them.
 */
public final class SchemaMigrator {

  private SchemaMigrator() {}

  /**
   * Runs what is missing of the {@code V*__*.sql} files of a folder as the database's owner. Each
   * file is a transaction of its own: a crash leaves the last complete one, and the next call goes
   * on from there.
   *
   * @return how many files were run
   */
  public static int migrate(PostgresLogin owner, Path migrations) {
    return Flyway.configure()
        .dataSource(new LoginDataSource(owner))
        .locations("filesystem:" + migrations)
        .failOnMissingLocations(true)
        .validateMigrationNaming(true)
        .cleanDisabled(true)
        .load()
        .migrate()
        .migrationsExecuted;
  }
}
