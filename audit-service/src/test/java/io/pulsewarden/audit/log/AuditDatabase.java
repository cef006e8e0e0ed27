package io.pulsewarden.audit.log;

import io.pulsewarden.platform.certificates.LocalCa;
import io.pulsewarden.platform.certificates.Pem;
import io.pulsewarden.platform.postgres.PostgresServer;
import io.pulsewarden.platform.postgres.PostgresSettings;
import io.pulsewarden.platform.postgres.ServiceDatabase;
import io.pulsewarden.platform.schema.SchemaMigrator;
import io.pulsewarden.platform.servers.ServerFiles;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import io.vertx.sqlclient.PoolOptions;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;

/**
 * A PostgreSQL of its own with the service's database, role and grants, for tests that pause it,
 * fill it or restore it.
 */
final class AuditDatabase implements AutoCloseable {

  private static final String TRUST_DOMAIN = "pulsewarden.local";

  private final PostgresServer server;
  private final Path tls;
  private final Vertx vertx = Vertx.vertx();
  private volatile Pool pool;

  private AuditDatabase(PostgresServer server, Path tls) {
    this.server = server;
    this.tls = tls;
    this.pool = open();
  }

  static AuditDatabase start(Path folder) throws Exception {
    LocalCa ca = LocalCa.create("services");
    PostgresServer server =
        PostgresServer.start(
            folder.resolve("postgres"), PostgresSettings.forTests(ca, TRUST_DOMAIN));
    SchemaMigrator.migrate(
        server.owner(ServiceDatabase.AUDIT), ServerFiles.ofThisBuild().migrations("audit-service"));
    Path tls = folder.resolve("tls");
    ca.issueService("audit-service", TRUST_DOMAIN).writePem(tls, "service");
    Pem.writeCertificates(tls.resolve("service-ca.crt"), List.of(ca.certificate()));
    return new AuditDatabase(server, tls);
  }

  LogStore store() {
    return new LogStore(pool);
  }

  LogStore store(int quorum) {
    return new LogStore(pool, quorum, LogStore.PATIENCE);
  }

  /** Of somebody who gives up sooner. */
  LogStore store(Duration patience) {
    return new LogStore(pool, 0, patience);
  }

  Connection superuser() throws SQLException {
    return server.superuser("audit").open();
  }

  /** As the superuser; each statement by itself. */
  void execute(String... statements) {
    executeIn("audit", statements);
  }

  /** As the migrations left it. */
  void empty() {
    execute(
        """
        DO $$ DECLARE one text; BEGIN
          FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'public'
              AND tablename NOT IN ('tree_head', 'chain_head', 'flyway_schema_history') LOOP
            EXECUTE 'TRUNCATE ' || quote_ident(one) || ' CASCADE';
          END LOOP;
        END $$\
        """,
        "UPDATE tree_head SET size = 0, root = sha256(''), next_offset = 0",
        "UPDATE chain_head SET size = 0",
        "INSERT INTO index_generation (generation, from_leaf, searched) VALUES (1, 0, true)");
  }

  /** A copy of the whole database, as a backup is one. */
  void backUp() {
    closed(
        () ->
            executeIn(
                "postgres",
                "DROP DATABASE IF EXISTS audit_backup",
                "CREATE DATABASE audit_backup TEMPLATE audit"));
  }

  /** The copy in the database's place, under whoever is connected. */
  void restore() {
    Pool ended = pool;
    executeIn(
        "postgres",
        "DROP DATABASE audit WITH (FORCE)",
        "ALTER DATABASE audit_backup RENAME TO audit",
        "GRANT CONNECT ON DATABASE audit TO audit_service");
    pool = open();
    ended.closeAndAwait();
  }

  private void closed(Runnable work) {
    pool.closeAndAwait();
    work.run();
    pool = open();
  }

  private void executeIn(String database, String... statements) {
    try (Connection connection = server.superuser(database).open();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    } catch (SQLException failed) {
      throw new IllegalStateException(failed);
    }
  }

  private Pool open() {
    PgConnectOptions options =
        new PgConnectOptions()
            .setHost("localhost")
            .setPort(server.port())
            .setDatabase("audit")
            .setUser("audit_service")
            .setSslMode(SslMode.VERIFY_FULL);
    options.setCachePreparedStatements(true);
    options
        .setPemKeyCertOptions(
            new PemKeyCertOptions()
                .addCertPath(tls.resolve("service.crt").toString())
                .addKeyPath(tls.resolve("service.key").toString()))
        .setPemTrustOptions(
            new PemTrustOptions().addCertPath(tls.resolve("service-ca.crt").toString()))
        .setHostnameVerificationAlgorithm("HTTPS");
    return Pool.newInstance(
        PgBuilder.pool()
            .with(new PoolOptions().setMaxSize(8))
            .connectingTo(options)
            .using(vertx.getDelegate())
            .build());
  }

  @Override
  public void close() {
    pool.closeAndAwait();
    vertx.closeAndAwait();
    server.kill();
  }
}
