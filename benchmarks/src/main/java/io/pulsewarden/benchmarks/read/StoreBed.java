package io.pulsewarden.benchmarks.read;

import io.pulsewarden.envelope.EnvelopeContext;
import io.pulsewarden.platform.certificates.LocalCa;
import io.pulsewarden.platform.postgres.PostgresLogin;
import io.pulsewarden.platform.postgres.PostgresServer;
import io.pulsewarden.platform.postgres.PostgresSettings;
import io.pulsewarden.platform.postgres.ServiceDatabase;
import io.pulsewarden.platform.schema.SchemaMigrator;
import io.pulsewarden.platform.servers.BuildLock;
import io.pulsewarden.telemetry.keys.KeySubject;
import io.pulsewarden.telemetry.keys.Purpose;
import io.pulsewarden.telemetry.keys.Sealers;
import io.pulsewarden.telemetry.keys.Sealing;
import io.pulsewarden.telemetry.vitals.VitalBlock;
import io.pulsewarden.telemetry.vitals.Worn;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import io.vertx.sqlclient.PoolOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** A PostgreSQL of its own with telemetry's schema, and what fills it. One thread at a time. */
final class StoreBed implements AutoCloseable {

  /** 2026-10-05, midnight UTC: old enough to be compacted. */
  static final long BEGIN = Instant.parse("2026-10-05T00:00:00Z").toEpochMilli();

  static final UUID ORGANISATION = new UUID(1, 1);
  static final Duration PATIENCE = Duration.ofMinutes(5);

  private static final int BATCH = 500;
  private static final long COMMIT_AFTER_MILLIS = 250;

  private final Path folder;
  private final PostgresServer server;
  private final Vertx vertx = Vertx.vertx();
  private final Pool pool;
  private final Sealing sealing = new Sealing(new DerivedKeys(), new Sealers(1_000));
  private long offset;

  StoreBed(Path root) throws Exception {
    folder = Files.createTempDirectory("pulsewarden-bench-store");
    server =
        PostgresServer.start(
            folder.resolve("postgres"),
            PostgresSettings.forTests(LocalCa.create("bench"), "pulsewarden.local"));
    SchemaMigrator.migrate(
        server.owner(ServiceDatabase.TELEMETRY),
        root.resolve("telemetry-service/src/main/resources/db/migration"));
    pool = pool();
    execute("SELECT add_vital_months('2026-10-01', '2026-10-01')");
  }

  private Pool pool() {
    PostgresLogin login = server.superuser(ServiceDatabase.TELEMETRY.database());
    PgConnectOptions options =
        new PgConnectOptions()
            .setHost("localhost")
            .setPort(server.port())
            .setDatabase(ServiceDatabase.TELEMETRY.database())
            .setUser(login.user())
            .setPassword(login.password().reveal())
            .setSslMode(SslMode.REQUIRE);
    options.setTrustAll(true);
    return Pool.newInstance(
        io.vertx.sqlclient.Pool.pool(
            vertx.getDelegate(), options, new PoolOptions().setMaxSize(4)));
  }

  Pool database() {
    return pool;
  }

  Sealing sealing() {
    return sealing;
  }

  /** A message each second from {@link #BEGIN} on, as the store writes them. */
  void fill(UUID patient, int seconds) {
    UUID device = new UUID(2, patient.getLeastSignificantBits());
    Worn worn = new Worn(new UUID(3, patient.getLeastSignificantBits()), 1);
    SyntheticVitals vitals = new SyntheticVitals(patient.getLeastSignificantBits(), worn);
    List<VitalBlock> batch = new ArrayList<>();
    for (int second = 0; second < seconds; second++) {
      batch.add(vitals.at(BEGIN + second * 1_000L));
      if (batch.size() == BATCH || second == seconds - 1) {
        insert(patient, device, worn, batch);
        batch.clear();
      }
    }
  }

  private void insert(UUID patient, UUID device, Worn worn, List<VitalBlock> batch) {
    int size = batch.size();
    Long[] offsets = new Long[size];
    Long[] first = new Long[size];
    Long[] last = new Long[size];
    Long[] received = new Long[size];
    OffsetDateTime[] committed = new OffsetDateTime[size];
    Buffer[] envelopes = new Buffer[size];
    for (int i = 0; i < size; i++) {
      VitalBlock block = batch.get(i);
      offset += 1 + i % 3; // Others' messages stand in between.
      offsets[i] = offset;
      first[i] = block.firstTimeMillis();
      last[i] = block.lastTimeMillis();
      received[i] = block.lastTimeMillis() + 30 + i % 40;
      committed[i] =
          Instant.ofEpochMilli(received[i] + COMMIT_AFTER_MILLIS).atOffset(ZoneOffset.UTC);
      envelopes[i] = Buffer.buffer(seal(patient, device, block));
    }
    pool.preparedQuery(
            """
            INSERT INTO vital_block (partition, organisation_id, subject_kind, subject_id, source_id,
              device_id, schema_version, assignment_id, assignment_version, device_version,
              message_offset, first_time_ms, last_time_ms, received_at_ms, committed_at, envelope)
            SELECT 0, $1, 1, $2, $3, $3, 2, $4, 1, 7, u.*
            FROM unnest($5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[],
              $9::timestamptz[], $10::bytea[]) AS u\
            """)
        .execute(
            Tuple.tuple()
                .addUUID(ORGANISATION)
                .addUUID(patient)
                .addUUID(device)
                .addUUID(worn.assignment())
                .addValue(offsets)
                .addValue(first)
                .addValue(last)
                .addValue(received)
                .addValue(committed)
                .addValue(envelopes))
        .await()
        .atMost(PATIENCE);
  }

  private byte[] seal(UUID patient, UUID device, VitalBlock block) {
    return sealing
        .seal(
            KeySubject.patient(ORGANISATION, patient),
            Purpose.VITALS,
            new EnvelopeContext(
                "vital-batch",
                ORGANISATION,
                patient,
                device,
                block.firstTimeMillis(),
                block.lastTimeMillis(),
                block.schemaVersion()),
            block.encode())
        .toCompletableFuture()
        .join();
  }

  void execute(String sql) throws SQLException {
    try (Connection connection = server.superuser(ServiceDatabase.TELEMETRY.database()).open();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Bytes of all blocks with their indexes and what is stored out of line. */
  long bytes() throws SQLException {
    return size("pg_total_relation_size(inhrelid)");
  }

  /** Bytes of their indexes. */
  long indexBytes() throws SQLException {
    return size("pg_indexes_size(inhrelid)");
  }

  /** Bytes of their rows without what is stored out of line. */
  long rowBytes() throws SQLException {
    return size("pg_relation_size(inhrelid)");
  }

  private long size(String function) throws SQLException {
    return number(
        "SELECT sum(" + function + ") FROM pg_inherits WHERE inhparent = 'vital_block'::regclass");
  }

  long number(String sql) throws SQLException {
    try (Connection connection = server.superuser(ServiceDatabase.TELEMETRY.database()).open();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  @Override
  public void close() throws IOException {
    pool.close().await().atMost(PATIENCE);
    vertx.close().await().atMost(PATIENCE);
    server.kill();
    BuildLock.delete(folder);
  }
}
