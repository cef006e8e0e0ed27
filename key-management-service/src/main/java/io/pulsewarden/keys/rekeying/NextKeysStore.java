package io.pulsewarden.keys.rekeying;

import io.pulsewarden.keys.access.Caller;
import io.pulsewarden.keys.subject.KeyGateStore;
import io.pulsewarden.keys.subject.Subject;
import io.pulsewarden.keys.subject.SubjectKeyState;
import io.pulsewarden.keys.subject.SubjectKind;
import io.pulsewarden.outbox.OutboxWriter;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Subject keys and their successors in PostgreSQL. */
@ApplicationScoped
class NextKeysStore implements NextKeys {

  /** Longer than any of these statements takes. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final String COLUMNS =
      "id, organisation_id, subject_kind, subject_id, version, state, created_at, rotated_at,"
          + " destroyed_at";

  private static final String INSERT =
      """
      INSERT INTO subject_key (id, organisation_id, subject_kind, subject_id, version, state, shard,
                               kek_version, wrapped, created_at)
      SELECT n.id, k.organisation_id, k.subject_kind, k.subject_id, k.version + 1, 'ACTIVE', n.shard,
             n.kek_version, n.wrapped, $6
      FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::int[], $5::bytea[])
             AS n(before, id, shard, kek_version, wrapped)
      JOIN subject_key k ON k.id = n.before""";

  private final Pool pool;
  private final RekeyingRecords records;

  NextKeysStore(Pool pool, RekeyingRecords records) {
    this.pool = pool;
    this.records = records;
  }

  @Override
  public List<KeyRow> ofSubjects(Collection<Subject> subjects) {
    Set<Subject> wanted = new HashSet<>(subjects);
    return list(
            query(
                "SELECT "
                    + COLUMNS
                    + " FROM subject_key WHERE subject_id = ANY($1) ORDER BY version DESC",
                Tuple.of(wanted.stream().map(Subject::id).toArray(UUID[]::new))),
            NextKeysStore::row)
        .stream()
        .filter(row -> wanted.contains(row.subject()))
        .toList();
  }

  @Override
  public List<Subject> olderThan(
      UUID organisation, SubjectKind kind, Instant createdBefore, int limit) {
    return list(
        query(
            "SELECT subject_id FROM subject_key WHERE organisation_id = $1 AND subject_kind = $2"
                + " AND state = 'ACTIVE' AND created_at < $3 ORDER BY created_at, id LIMIT $4",
            Tuple.of(organisation, kind.name(), utc(createdBefore), limit)),
        row -> new Subject(organisation, kind, row.getUUID(0)));
  }

  @Override
  public List<Successor> replace(List<Successor> successors, Caller by, Instant at) {
    if (successors.isEmpty()) {
      return List.of();
    }
    // Whoever erases shuts the gate: it sees the successor, or this sees that the key is destroyed.
    // A crash before the commit leaves the key that sealed; after it, the next one, with its
    // events.
    return await(
        pool.withTransaction(
            connection ->
                KeyGateStore.pass(connection)
                    .chain(() -> stillSealing(connection, successors))
                    .call(still -> retire(connection, still, at))
                    .call(still -> insert(connection, still, at))
                    .call(still -> OutboxWriter.insert(connection, records.of(still, by, at)))));
  }

  /** Of two who rotate one key at a time, the second finds it retired. */
  private static Uni<List<Successor>> stillSealing(
      SqlConnection connection, List<Successor> successors) {
    return connection
        .preparedQuery(
            "SELECT id FROM subject_key WHERE id = ANY($1) AND state = 'ACTIVE'"
                + " ORDER BY id FOR UPDATE")
        .execute(Tuple.of(before(successors)))
        .map(
            rows -> {
              Set<UUID> sealing = new HashSet<>();
              rows.forEach(row -> sealing.add(row.getUUID(0)));
              return successors.stream()
                  .filter(one -> sealing.contains(one.before().id()))
                  .toList();
            });
  }

  private static Uni<RowSet<Row>> retire(
      SqlConnection connection, List<Successor> successors, Instant at) {
    return connection
        .preparedQuery(
            "UPDATE subject_key SET state = 'ROTATING', rotated_at = $2 WHERE id = ANY($1)")
        .execute(Tuple.of(before(successors), utc(at)));
  }

  private static Uni<RowSet<Row>> insert(
      SqlConnection connection, List<Successor> successors, Instant at) {
    return connection
        .preparedQuery(INSERT)
        .execute(
            Tuple.tuple()
                .addArrayOfUUID(before(successors))
                .addArrayOfUUID(successors.stream().map(Successor::id).toArray(UUID[]::new))
                .addArrayOfInteger(
                    successors.stream()
                        .map(one -> one.wrapped().kek().name().shard())
                        .toArray(Integer[]::new))
                .addArrayOfInteger(
                    successors.stream()
                        .map(one -> one.wrapped().kek().version())
                        .toArray(Integer[]::new))
                .addValue(
                    successors.stream()
                        .map(one -> Buffer.buffer(one.wrapped().bytes().toByteArray()))
                        .toArray(Buffer[]::new))
                .addOffsetDateTime(utc(at)));
  }

  private static UUID[] before(List<Successor> successors) {
    return successors.stream().map(one -> one.before().id()).toArray(UUID[]::new);
  }

  private RowSet<Row> query(String sql, Tuple values) {
    return await(pool.preparedQuery(sql).execute(values));
  }

  private static <T> T await(Uni<T> uni) {
    return uni.await().atMost(PATIENCE);
  }

  private static <T> List<T> list(RowSet<Row> rows, Function<Row, T> reader) {
    List<T> all = new ArrayList<>();
    rows.forEach(row -> all.add(reader.apply(row)));
    return all;
  }

  private static KeyRow row(Row row) {
    return new KeyRow(
        row.getUUID("id"),
        new Subject(
            row.getUUID("organisation_id"),
            SubjectKind.valueOf(row.getString("subject_kind")),
            row.getUUID("subject_id")),
        row.getInteger("version"),
        SubjectKeyState.valueOf(row.getString("state")),
        row.getOffsetDateTime("created_at").toInstant(),
        instant(row.getOffsetDateTime("rotated_at")),
        instant(row.getOffsetDateTime("destroyed_at")));
  }

  private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
    return time == null ? null : time.toInstant();
  }

  private static OffsetDateTime utc(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}
