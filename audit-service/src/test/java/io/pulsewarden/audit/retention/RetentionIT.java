package io.pulsewarden.audit.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pulsewarden.audit.AuditScene;
import io.pulsewarden.audit.checkpoint.CheckpointSigner;
import io.pulsewarden.audit.log.LogFixture;
import io.pulsewarden.audit.merkle.MerkleHash;
import io.pulsewarden.audit.merkle.ProofBuilder;
import io.pulsewarden.audit.siem.StreamedLog;
import io.pulsewarden.logverifier.LogVerifier;
import io.pulsewarden.logverifier.Report;
import io.pulsewarden.logverifier.VerifierKey;
import io.pulsewarden.platform.ServiceTestBed;
import io.pulsewarden.platform.postgres.PostgresLogin;
import io.pulsewarden.platform.schema.SchemaMigrator;
import io.pulsewarden.platform.servers.ServerFiles;
import io.vertx.core.Vertx;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import io.vertx.sqlclient.PoolOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pruning, in a database of its own: the service's role signs, the owner deletes. */
class RetentionIT {

  private static final String DATABASE = "audit_pruning";
  private static final long FIRST_HEARTBEAT = 531;
  private static final Duration SIX_YEARS = Duration.ofDays(2192);

  @TempDir private Path folder;
  private final Vertx vertx = Vertx.vertx();
  private final ServiceTestBed bed = ServiceTestBed.start("audit-service");
  private final PostgresLogin database = bed.postgres().superuser(DATABASE);
  private final List<Prunable> audited = new ArrayList<>();
  private Pool pool;
  private RetentionStore store;
  private LogFixture log;
  private Retention retention;
  private byte[] older;

  @BeforeEach
  @SuppressWarnings("NullAway.Init")
  void logOfTwoCheckpointsTheOlderSevenYearsAgo() throws Exception {
    try (Connection server = bed.postgres().superuser("postgres").open();
        Statement statement = server.createStatement()) {
      statement.execute("DROP DATABASE IF EXISTS " + DATABASE + " WITH (FORCE)");
      statement.execute("CREATE DATABASE " + DATABASE);
    }
    SchemaMigrator.migrate(database, ServerFiles.ofThisBuild().migrations("audit-service"));
    pool = Pool.newInstance(serviceRolesPool());
    store = new RetentionStore(pool);
    log = new LogFixture(pool, folder);
    log.append(530);
    older = note();
    long olderSize = log.size();
    log.append(170);
    owner(
        "UPDATE log_checkpoint SET signed_at = now() - interval '7 years' WHERE size = "
            + olderSize);
    retention = retention(log.signer());
  }

  @AfterEach
  void close() {
    pool.close().await().atMost(AuditScene.SOON);
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void shouldPruneWhatThePolicyLetsGoAndStillVerify() throws Exception {
    assertThat(verify(true).problems()).isEmpty();

    // When it is signed, and the owner has not acted yet
    assertThat(retention.sign(SIX_YEARS).map(Prunable::minimum)).contains(512L);

    // Then all is still there; and the owner's own policy can ask for more
    assertThat(audited).hasSize(1);
    assertThat(verify(true).problems()).isEmpty();
    assertThat(verify(true).pruned()).isEmpty();
    assertThat(owner("SELECT prune_log(interval '20 years')")).isZero();
    assertThat(number("SELECT count(*) FROM log_leaf")).isEqualTo(log.size());

    // When the owner is cut off in the middle
    try (Connection connection = database.open();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("SELECT prune_log(interval '6 years')");
      connection.rollback();
    }

    // Then nothing is gone
    assertThat(number("SELECT count(*) FROM log_leaf")).isEqualTo(log.size());

    // When the owner prunes
    assertThat(owner("SELECT prune_log(interval '6 years')")).isEqualTo(512);

    // Then entries and their index are gone, and the tree is what it was
    assertThat(number("SELECT min(index) FROM log_leaf")).isEqualTo(512);
    assertThat(number("SELECT min(leaf_index) FROM entry_index")).isEqualTo(512);
    assertThat(number("SELECT min(last_leaf) FROM chain_run")).isGreaterThanOrEqualTo(512);
    Report report = verify(true);
    assertThat(report.problems()).isEmpty();
    assertThat(report.pruned().map(Report.Pruned::missing)).contains(512L);
    ProofBuilder proofs = new ProofBuilder(log.size(), log.store());
    assertThat(proofs.inclusion(3)).isNotEmpty();
    assertThat(new ProofBuilder(300, log.store()).root(300)).hasSize(32);

    // And it grows on, and there is nothing more to sign or to prune
    log.append(10);
    assertThat(verify(true).problems()).isEmpty();
    assertThat(number("SELECT count(*) FROM entry_finding")).isZero();
    assertThat(retention.sign(SIX_YEARS)).isEmpty();
    assertThat(owner("SELECT prune_log(interval '6 years')")).isZero();

    // But without the statement the log is bad
    assertThat(verify(false).problems())
        .anySatisfy(problem -> assertThat(problem.index()).isZero());
  }

  @Test
  void shouldStreamWhatIsKeptUnderItsOwnIndex() throws Exception {
    // Given a destination that has 400 entries, of which the log has none any more
    assertThat(retention.sign(SIX_YEARS)).isPresent();
    assertThat(owner("SELECT prune_log(interval '6 years')")).isEqualTo(512);

    for (long cursor : new long[] {400, 0, 600}) {
      // When it is streamed to, and one that has none, and one that stands behind what is gone
      List<StreamedLog.Event> events = StreamedLog.from(pool, log.store(), cursor);

      // Then each gets what is left, but for heartbeats, and each entry under the index it has
      assertThat(events)
          .extracting(StreamedLog.Event::index)
          .isEqualTo(
              LongStream.range(Math.max(cursor, 512), log.size() - 1)
                  .filter(index -> index != FIRST_HEARTBEAT)
                  .boxed()
                  .toList());
      for (StreamedLog.Event event : events) {
        byte[] leaf = log.store().leaves(event.index(), 1).getFirst().toByteArray();
        assertThat(event.json()).contains(HexFormat.of().formatHex(MerkleHash.leaf(leaf)));
      }
    }

    // And where one in the middle is missing, nobody is told that it was pruned
    owner("DELETE FROM log_leaf WHERE index = 650");
    assertThatThrownBy(() -> StreamedLog.read(pool, log.store(), 600))
        .hasMessageContaining("not pruned");
  }

  @Test
  void shouldSignNothingThatIsTooYoung() {
    assertThat(retention.sign(Duration.ofDays(10 * 365))).isEmpty();
    assertThat(store.note()).isEmpty();
  }

  @Test
  void shouldStoreNoStatementThatIsNotInTheLog() {
    Retention unaudited =
        new Retention(
            store,
            log.store(),
            log::signer,
            prunable -> {
              throw new IllegalStateException("Kafka is away");
            });

    assertThatThrownBy(() -> unaudited.sign(SIX_YEARS)).hasMessage("Kafka is away");

    assertThat(store.note()).isEmpty();
    assertThat(retention.sign(SIX_YEARS)).isPresent();
  }

  @Test
  void shouldLetTheServiceSignAndNotDelete() {
    for (String sql :
        List.of(
            "SELECT prune_log(interval '6 years')",
            "DELETE FROM log_leaf",
            "DELETE FROM log_pruning",
            "UPDATE log_pruning SET minimum = 256")) {
      assertThatThrownBy(() -> pool.query(sql).execute().await().atMost(AuditScene.SOON))
          .as(sql)
          .hasMessageContaining("permission denied");
    }
  }

  private Retention retention(CheckpointSigner signer) {
    return new Retention(store, log.store(), () -> signer, audited::add);
  }

  private Report verify(boolean withStatement) throws Exception {
    return new LogVerifier(
            VerifierKey.parse(log.signer().verifierKey()), Optional.of(older), Optional.empty())
        .verify(log.files(() -> withStatement ? store.note() : Optional.empty()));
  }

  private byte[] note() {
    return log.store().latestCheckpoint().orElseThrow().note().getBytes(StandardCharsets.UTF_8);
  }

  private long owner(String sql) throws SQLException {
    return number(sql);
  }

  private long number(String sql) throws SQLException {
    try (Connection connection = database.open();
        Statement statement = connection.createStatement()) {
      if (!statement.execute(sql)) {
        return statement.getUpdateCount();
      }
      try (ResultSet rows = statement.getResultSet()) {
        rows.next();
        return rows.getLong(1);
      }
    }
  }

  /** What this pool does, it does with the rights of the service. */
  private io.vertx.sqlclient.Pool serviceRolesPool() {
    PgConnectOptions options =
        new PgConnectOptions()
            .setHost("localhost")
            .setPort(bed.postgres().port())
            .setDatabase(DATABASE)
            .setUser(database.user())
            .setPassword(database.password().reveal())
            .setSslMode(SslMode.VERIFY_FULL)
            .setHostnameVerificationAlgorithm("HTTPS")
            .setPemTrustOptions(new PemTrustOptions().addCertPath(database.caFile().toString()));
    options.addProperty("role", "audit_service");
    return PgBuilder.pool()
        .with(new PoolOptions().setMaxSize(2))
        .connectingTo(options)
        .using(vertx)
        .build();
  }
}
