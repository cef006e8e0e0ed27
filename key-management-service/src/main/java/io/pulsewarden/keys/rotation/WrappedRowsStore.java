package io.pulsewarden.keys.rotation;

import com.google.protobuf.ByteString;
import io.pulsewarden.keys.kek.KekName;
import io.pulsewarden.keys.kek.KekVersion;
import io.pulsewarden.keys.kek.Wrapped;
import io.pulsewarden.keys.subject.Subject;
import io.pulsewarden.keys.subject.SubjectKind;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Rows of subject_key in PostgreSQL. */
@ApplicationScoped
class WrappedRowsStore implements WrappedRows {

  /** Longer than any of these statements takes. */
  static final Duration PATIENCE = Duration.ofSeconds(30);

  static final String COLUMNS =
      "id, organisation_id, subject_kind, subject_id, version, shard, kek_version, wrapped";

  private static final String SWAP =
      """
      WITH swapped AS (
        UPDATE subject_key k SET wrapped = s.now, kek_version = s.kek_version
        FROM unnest($1::uuid[], $2::bytea[], $3::bytea[], $4::int[]) AS s(id, old, now, kek_version)
        WHERE k.id = s.id AND k.wrapped = s.old
        RETURNING k.id)
      UPDATE kek_rotation SET rewrapped = rewrapped + (SELECT count(*) FROM swapped)
      WHERE id = $5 RETURNING (SELECT count(*) FROM swapped) AS swapped""";

  private final Pool pool;

  WrappedRowsStore(Pool pool) {
    this.pool = pool;
  }

  @Override
  public List<KekName> keksOf(UUID organisation) {
    return list(
        query(
            """
            SELECT DISTINCT key.shard FROM subject_key key
            LEFT JOIN kek_floor floor USING (organisation_id, shard)
            WHERE organisation_id = $1
              AND (key.wrapped IS NOT NULL OR key.kek_version >= coalesce(floor.oldest, 1))
            ORDER BY 1""",
            Tuple.of(organisation)),
        row -> new KekName(organisation, row.getInteger(0)));
  }

  @Override
  public List<WrappedRow> olderThan(KekVersion target, UUID after, int limit) {
    return list(
        query(
            "SELECT "
                + COLUMNS
                + " FROM subject_key WHERE organisation_id = $1 AND shard = $2 AND kek_version < $3"
                + " AND wrapped IS NOT NULL AND id > $4 ORDER BY id LIMIT $5",
            Tuple.of(
                target.name().organisation(),
                target.name().shard(),
                target.version(),
                after,
                limit)),
        WrappedRowsStore::row);
  }

  @Override
  public int swap(UUID rotation, List<Swap> swaps) {
    if (swaps.isEmpty()) {
      return 0;
    }
    // The transaction locks rows in the order of their ids: two instances can't wait for each
    // other.
    Tuple values =
        Tuple.of(
            swaps.stream().map(swap -> swap.row().id()).toArray(UUID[]::new),
            swaps.stream().map(swap -> buffer(swap.row().wrapped())).toArray(Buffer[]::new),
            swaps.stream().map(swap -> buffer(swap.now())).toArray(Buffer[]::new),
            swaps.stream().map(swap -> swap.now().kek().version()).toArray(Integer[]::new),
            rotation);
    return await(
            pool.withTransaction(
                connection ->
                    locked(connection, swaps)
                        .chain(() -> connection.preparedQuery(SWAP).execute(values))))
        .iterator()
        .next()
        .getLong("swapped")
        .intValue();
  }

  private static Uni<RowSet<Row>> locked(SqlConnection connection, List<Swap> swaps) {
    return connection
        .preparedQuery("SELECT id FROM subject_key WHERE id = ANY($1) ORDER BY id FOR UPDATE")
        .execute(
            Tuple.of((Object) swaps.stream().map(swap -> swap.row().id()).toArray(UUID[]::new)));
  }

  private RowSet<Row> query(String sql, Tuple values) {
    return await(pool.preparedQuery(sql).execute(values));
  }

  static <T> T await(Uni<T> uni) {
    return uni.await().atMost(PATIENCE);
  }

  static <T> List<T> list(RowSet<Row> rows, java.util.function.Function<Row, T> reader) {
    List<T> all = new ArrayList<>();
    rows.forEach(row -> all.add(reader.apply(row)));
    return all;
  }

  static WrappedRow row(Row row) {
    UUID organisation = row.getUUID("organisation_id");
    return new WrappedRow(
        row.getUUID("id"),
        new Subject(
            organisation,
            SubjectKind.valueOf(row.getString("subject_kind")),
            row.getUUID("subject_id")),
        row.getInteger("version"),
        new Wrapped(
            new KekVersion(
                new KekName(organisation, row.getInteger("shard")), row.getInteger("kek_version")),
            ByteString.copyFrom(row.getBuffer("wrapped").getBytes())));
  }

  private static Buffer buffer(Wrapped wrapped) {
    return Buffer.buffer(wrapped.bytes().toByteArray());
  }
}
