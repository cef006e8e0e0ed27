package io.pulsewarden.telemetry.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewarden.platform.postgres.PostgresLogin;
import io.pulsewarden.platform.schema.SchemaMigrator;
import io.pulsewarden.telemetry.TelemetryServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database of before the months, with blocks in it, brought to the newest schema. */
@QuarkusTest // For the servers that all such tests share.
@QuarkusTestResource(TelemetryServers.class)
class VitalMonthsMigrationIT {

  private static final String DATABASE = "telemetry_before_months";
  private static final Path MIGRATIONS = Path.of("src/main/resources/db/migration");
  private static final int FIRST_WITH_MONTHS = 70;

  @TempDir Path older;

  @Test
  void shouldPutWhatIsThereIntoItsMonths() throws Exception {
    PostgresLogin owner = created();
    try (Stream<Path> files = Files.list(MIGRATIONS)) {
      for (Path file : files.filter(file -> version(file) < FIRST_WITH_MONTHS).toList()) {
        Files.copy(file, older.resolve(file.getFileName().toString()));
      }
    }
    SchemaMigrator.migrate(owner, older);
    run(
        owner,
        """
        INSERT INTO vital_block (partition, message_offset, organisation_id, subject_kind, subject_id,
          source_id, device_id, first_time_ms, last_time_ms, schema_version, assignment_version,
          received_at_ms, committed_at, envelope, device_version)
        SELECT 0, i, gen_random_uuid(), 1, gen_random_uuid(), gen_random_uuid(), gen_random_uuid(),
          t, t, 2, 1, t, timestamptz '2026-01-02 03:04:05Z', decode('0102', 'hex'), 7
        FROM (VALUES (1, 1767225599999), (2, 1767225600000), (3, 1000), (4, 99999999999999))
          AS v(i, t)\
        """);

    SchemaMigrator.migrate(owner, MIGRATIONS);

    assertThat(
            rows(
                owner,
                """
                SELECT message_offset || ' ' || tableoid::regclass || ' ' || device_version || ' '
                  || encode(envelope, 'hex') || ' ' || extract(epoch FROM committed_at)::bigint
                FROM vital_block ORDER BY message_offset\
                """))
        .containsExactly(
            "1 vital_block_2025_12 7 0102 1767323045",
            "2 vital_block_2026_01 7 0102 1767323045",
            "3 vital_block_default 7 0102 1767323045",
            "4 vital_block_default 7 0102 1767323045");
    assertThat(
            rows(
                owner,
                """
                SELECT privilege_type FROM information_schema.role_table_grants
                WHERE table_name = 'vital_block' AND grantee = 'telemetry_service' ORDER BY 1\
                """))
        .containsExactly("DELETE", "INSERT", "SELECT");
  }

  private static PostgresLogin created() throws SQLException {
    try (Connection server = TelemetryServers.bed().superuserConnection();
        Statement statement = server.createStatement()) {
      statement.execute("DROP DATABASE IF EXISTS " + DATABASE);
      statement.execute("CREATE DATABASE " + DATABASE);
    }
    // The owner's role may log in to the service's own database alone.
    return TelemetryServers.bed().postgres().superuser(DATABASE);
  }

  private static int version(Path migration) {
    return Integer.parseInt(migration.getFileName().toString().replaceAll("^V(\\d+)__.*", "$1"));
  }

  private static void run(PostgresLogin owner, String sql) throws SQLException {
    try (Connection database = owner.open();
        Statement statement = database.createStatement()) {
      statement.execute(sql);
    }
  }

  private static List<String> rows(PostgresLogin owner, String sql) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Connection database = owner.open();
        Statement statement = database.createStatement();
        ResultSet found = statement.executeQuery(sql)) {
      while (found.next()) {
        rows.add(found.getString(1));
      }
    }
    return rows;
  }
}
