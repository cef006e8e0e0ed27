package io.pulsewarden.audit.search;

import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Adds rows to the index. Without a generation, to each that there is: the one that is searched,
 * and one that is being built. With one, to that alone, and what is there already stays.
 */
final class EntryRowsStore {

  private static final String EVERY = " CROSS JOIN index_generation g";

  private EntryRowsStore() {}

  /** Adds rows inside the caller's transaction to every generation. */
  static Uni<Void> insert(SqlConnection connection, List<EntryRow> rows) {
    return insert(connection, rows, EVERY, "");
  }

  /** Adds rows inside the caller's transaction to one generation, unless they are there. */
  static Uni<Void> insert(SqlConnection connection, List<EntryRow> rows, int generation) {
    return insert(
        connection,
        rows,
        " CROSS JOIN (SELECT %d AS generation) g".formatted(generation),
        " ON CONFLICT DO NOTHING");
  }

  private static Uni<Void> insert(
      SqlConnection connection, List<EntryRow> rows, String generations, String conflict) {
    if (rows.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return connection
        .preparedQuery(
            """
            INSERT INTO index_entry (generation, leaf_index, service, incarnation, sequence,
                shows_certificate, occurred_at_ms, action, outcome, organisation_id, agent_id,
                stored_topic, stored_partition, stored_first, stored_last)
            SELECT g.generation, added.* FROM unnest($1::bigint[], $2::text[], $3::bytea[],
                $4::bigint[], $5::boolean[], $6::bigint[], $7::int[], $8::int[], $9::text[],
                $10::text[], $11::text[], $12::bigint[], $13::bigint[], $14::bigint[]) AS added
            """
                + generations
                + conflict)
        .execute(entries(rows))
        .flatMap(done -> patients(connection, rows, generations, conflict))
        .flatMap(done -> entities(connection, rows, generations, conflict));
  }

  private static Uni<Void> patients(
      SqlConnection connection, List<EntryRow> rows, String generations, String conflict) {
    List<Pair<String>> pairs = pairs(rows, EntryRow::patients);
    return pairs.isEmpty()
        ? Uni.createFrom().voidItem()
        : connection
            .preparedQuery(
                "INSERT INTO index_patient (generation, patient_id, leaf_index)"
                    + " SELECT g.generation, added.* FROM unnest($1::text[], $2::bigint[]) AS added"
                    + generations
                    + conflict)
            .execute(
                Tuple.of(
                    pairs.stream().map(Pair::key).toArray(String[]::new),
                    pairs.stream().map(Pair::leaf).toArray(Long[]::new)))
            .replaceWithVoid();
  }

  private static Uni<Void> entities(
      SqlConnection connection, List<EntryRow> rows, String generations, String conflict) {
    List<Pair<EntryRow.EntityKey>> pairs = pairs(rows, EntryRow::entities);
    return pairs.isEmpty()
        ? Uni.createFrom().voidItem()
        : connection
            .preparedQuery(
                "INSERT INTO index_entity (generation, entity_type, entity_id, leaf_index)"
                    + " SELECT g.generation, added.*"
                    + " FROM unnest($1::text[], $2::text[], $3::bigint[]) AS added"
                    + generations
                    + conflict)
            .execute(
                Tuple.of(
                    pairs.stream().map(pair -> pair.key().type()).toArray(String[]::new),
                    pairs.stream().map(pair -> pair.key().id()).toArray(String[]::new),
                    pairs.stream().map(Pair::leaf).toArray(Long[]::new)))
            .replaceWithVoid();
  }

  /** What a leaf is found by. */
  private record Pair<T>(T key, Long leaf) {}

  private static <T> List<Pair<T>> pairs(List<EntryRow> rows, Function<EntryRow, List<T>> keys) {
    return rows.stream()
        .flatMap(row -> keys.apply(row).stream().map(key -> new Pair<>(key, row.leafIndex())))
        .toList();
  }

  private static Tuple entries(List<EntryRow> rows) {
    Tuple tuple = Tuple.tuple();
    tuple.addValue(column(rows, EntryRow::leafIndex, new Long[0]));
    tuple.addValue(column(rows, EntryRow::service, new String[0]));
    tuple.addValue(
        column(rows, row -> Buffer.buffer(row.incarnation().toByteArray()), new Buffer[0]));
    tuple.addValue(column(rows, EntryRow::sequence, new Long[0]));
    tuple.addValue(column(rows, EntryRow::showsCertificate, new Boolean[0]));
    tuple.addValue(column(rows, EntryRow::occurredAtMs, new Long[0]));
    tuple.addValue(column(rows, EntryRow::action, new Integer[0]));
    tuple.addValue(column(rows, EntryRow::outcome, new Integer[0]));
    tuple.addValue(column(rows, EntryRow::organisationId, new String[0]));
    tuple.addValue(column(rows, EntryRow::agentId, new String[0]));
    tuple.addValue(column(rows, stored(EntryRow.Stored::topic), new String[0]));
    tuple.addValue(column(rows, stored(EntryRow.Stored::partition), new Long[0]));
    tuple.addValue(column(rows, stored(EntryRow.Stored::first), new Long[0]));
    tuple.addValue(column(rows, stored(EntryRow.Stored::last), new Long[0]));
    return tuple;
  }

  /** A column of the index; it may have nulls. */
  private interface Column<T> {
    @Nullable T of(EntryRow row);
  }

  private static <T> Column<T> stored(Function<EntryRow.Stored, T> part) {
    return row -> row.stored() == null ? null : part.apply(row.stored());
  }

  private static <T> Object column(List<EntryRow> rows, Column<T> value, @Nullable T[] column) {
    @Nullable T[] filled = Arrays.copyOf(column, rows.size());
    for (int i = 0; i < filled.length; i++) {
      filled[i] = value.of(rows.get(i));
    }
    return filled;
  }
}
