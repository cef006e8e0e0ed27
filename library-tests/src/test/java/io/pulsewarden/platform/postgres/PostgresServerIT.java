package io.pulsewarden.platform.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pulsewarden.platform.certificates.IssuedCertificate;
import io.pulsewarden.platform.certificates.LocalCa;
import io.pulsewarden.platform.process.FreePorts;
import io.pulsewarden.platform.schema.SchemaMigrator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresServerIT {

  private static final String DOMAIN = "pulsewarden.local";
  private static final LocalCa SERVICE_CA = LocalCa.create("test service CA");

  @TempDir static Path folder;
  private static PostgresServer postgres;

  @BeforeAll
  static void start() throws Exception {
    postgres =
        PostgresServer.start(
            folder.resolve("postgres"), PostgresSettings.forTests(SERVICE_CA, DOMAIN));
  }

  @AfterAll
  static void stop() {
    postgres.close();
  }

  @Test
  void shouldKeepCommittedRowsWhenKilled() throws Exception {
    try (Connection owner = postgres.owner(ServiceDatabase.AUDIT).open()) {
      execute(owner, "CREATE TABLE kept (id int)");
      execute(owner, "INSERT INTO kept VALUES (42)");
    }

    postgres.kill();
    postgres.restart();

    try (Connection owner = postgres.owner(ServiceDatabase.AUDIT).open()) {
      assertThat(one(owner, "SELECT id FROM kept")).isEqualTo("42");
    }
  }

  @Test
  void shouldRestoreWhatWasThereWhenTheBackupWasTaken() throws Exception {
    try (Connection owner = postgres.owner(ServiceDatabase.AUDIT).open()) {
      execute(owner, "CREATE TABLE backed_up AS SELECT generate_series(1, 10000) AS id");
    }
    postgres.backUp(folder.resolve("backup"));
    try (Connection owner = postgres.owner(ServiceDatabase.AUDIT).open()) {
      execute(owner, "DELETE FROM backed_up");
    }

    try (PostgresServer restored = postgres.restore(folder.resolve("backup"), FreePorts.find());
        Connection there = restored.owner(ServiceDatabase.AUDIT).open();
        Connection here = postgres.owner(ServiceDatabase.AUDIT).open()) {
      assertThat(one(there, "SELECT count(*) FROM backed_up")).isEqualTo("10000");
      assertThat(one(here, "SELECT count(*) FROM backed_up")).isEqualTo("0");
    }
  }

  @Test
  void shouldWriteThroughToDisk() throws Exception {
    try (Connection connection = postgres.superuser("postgres").open()) {
      assertThat(one(connection, "SHOW fsync")).isEqualTo("on");
      assertThat(one(connection, "SHOW synchronous_commit")).isEqualTo("on");
      assertThat(one(connection, "SHOW listen_addresses")).isEqualTo("127.0.0.1");
    }
  }

  @Test
  void shouldMapACertificateToItsServicesRole() throws Exception {
    try (Connection connection =
        byCertificate("telemetry", "telemetry_service", issue("telemetry-service"))) {
      assertThat(one(connection, "SELECT current_user")).isEqualTo("telemetry_service");
    }
  }

  @Test
  void shouldRefuseACertificateForAnotherServicesRole() throws Exception {
    IssuedCertificate audit = issue("audit-service");

    assertThatThrownBy(() -> byCertificate("telemetry", "telemetry_service", audit))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("certificate authentication failed");
  }

  @Test
  void shouldRefuseAnotherServicesDatabase() throws Exception {
    IssuedCertificate audit = issue("audit-service");

    assertThatThrownBy(() -> byCertificate("telemetry", "audit_service", audit))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("no pg_hba.conf entry");
  }

  @Test
  void shouldRefuseACertificateOfAnotherCa() throws Exception {
    IssuedCertificate foreign =
        LocalCa.create("another CA").issueService("telemetry-service", DOMAIN);

    assertThatThrownBy(() -> byCertificate("telemetry", "telemetry_service", foreign))
        .isInstanceOf(SQLException.class);
  }

  @Test
  void shouldRefuseAConnectionInClear() {
    Properties properties = postgres.superuser("postgres").properties();
    properties.setProperty("sslmode", "disable");

    assertThatThrownBy(() -> DriverManager.getConnection(url("postgres"), properties))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("no pg_hba.conf entry");
  }

  @Test
  void shouldLetTheServiceDoOnlyWhatItsMigrationGrants() throws Exception {
    Path migrations = Files.createDirectories(folder.resolve("migrations"));
    Files.writeString(
        migrations.resolve("V1__log.sql"),
        "CREATE TABLE log (id int); GRANT SELECT, INSERT ON log TO key_management_service;");

    int first = SchemaMigrator.migrate(postgres.owner(ServiceDatabase.KEY_MANAGEMENT), migrations);
    int second = SchemaMigrator.migrate(postgres.owner(ServiceDatabase.KEY_MANAGEMENT), migrations);

    assertThat(first).isEqualTo(1);
    assertThat(second).isZero();
    try (Connection service =
        byCertificate(
            "key_management", "key_management_service", issue("key-management-service"))) {
      execute(service, "INSERT INTO log VALUES (1)");
      assertThatThrownBy(() -> execute(service, "DELETE FROM log"))
          .hasMessageContaining("permission denied");
      assertThatThrownBy(() -> execute(service, "CREATE TABLE mine (id int)"))
          .hasMessageContaining("permission denied");
    }
  }

  private static IssuedCertificate issue(String service) {
    return SERVICE_CA.issueService(service, DOMAIN);
  }

  private static Connection byCertificate(String database, String role, IssuedCertificate who)
      throws Exception {
    Path tls = Files.createTempDirectory(folder, "client");
    who.writePem(tls, "client");
    Path key = Files.write(tls.resolve("client.pk8"), who.privateKey().getEncoded());
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    Properties properties = postgres.superuser(database).properties();
    properties.remove("password");
    properties.setProperty("user", role);
    properties.setProperty("sslcert", tls.resolve("client.crt").toString());
    properties.setProperty("sslkey", key.toString());
    return DriverManager.getConnection(url(database), properties);
  }

  private static String url(String database) {
    return "jdbc:postgresql://localhost:" + postgres.port() + "/" + database;
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String one(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }
}
