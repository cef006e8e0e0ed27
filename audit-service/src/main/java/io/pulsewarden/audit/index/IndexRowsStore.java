package io.pulsewarden.audit.index;

import com.google.protobuf.ByteString;
import io.pulsewarden.audit.log.Disowned;
import io.pulsewarden.audit.log.IndexedLeaf;
import io.pulsewarden.audit.log.LogStore;
import io.pulsewarden.audit.search.EntryIndexStore;
import io.pulsewarden.audit.search.EntryRow;
import io.pulsewarden.audit.search.FindingIndexStore;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Leaves, and the rows that the index has of them, range by range. Blocks. */
@ApplicationScoped
class IndexRowsStore {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Pool pool;
  private final LogStore log;
  private final Disowned disowned;

  IndexRowsStore(Pool pool, LogStore log) {
    this.pool = pool;
    this.log = log;
    this.disowned = new Disowned(log::leaves);
  }

  /** A generation of the index; leaves from {@code fromLeaf} on are added with the log. */
  record Generation(int number, long fromLeaf) {}

  /** The generation that searches read. */
  Generation searched() {
    return generation("SELECT generation, from_leaf FROM index_generation WHERE searched")
        .orElseThrow();
  }

  /** One that is to be built, or is built and waits to be searched. */
  Optional<Generation> building() {
    return generation(
        "SELECT generation, from_leaf FROM index_generation"
            + " WHERE generation > coalesce(searched_generation(), 0)");
  }

  boolean isBuilt(int generation) {
    return !query("SELECT 1 FROM index_built WHERE generation = $1", Tuple.of(generation))
        .isEmpty();
  }

  /** Says that a generation is complete. */
  void built(int generation) {
    query(
        "INSERT INTO index_built (generation) VALUES ($1) ON CONFLICT DO NOTHING",
        Tuple.of(generation));
  }

  /** Entries that are committed: each of them has its rows. */
  long size() {
    return query("SELECT size FROM tree_head", Tuple.tuple()).getFirst().getLong(0);
  }

  /** The first leaf that is kept from an index on; those before it were pruned. */
  OptionalLong firstKept(long from) {
    List<Row> rows = query("SELECT min(index) FROM log_leaf WHERE index >= $1", Tuple.of(from));
    Long first = rows.getFirst().getLong(0);
    return first == null ? OptionalLong.empty() : OptionalLong.of(first);
  }

  /** What the log says of the leaves [from, to). */
  List<IndexedLeaf> leaves(long from, long to) {
    List<Row> rows =
        query(
            "SELECT index, value FROM log_leaf WHERE index >= $1 AND index < $2 ORDER BY index",
            Tuple.of(from, to));
    return rows.stream()
        .map(row -> IndexedLeaf.read(row.getLong(0), value(row), disowned, log::blob))
        .toList();
  }

  /** What a generation has of the leaves [from, to). */
  List<IndexRow> rows(int generation, long from, long to) {
    Tuple range = Tuple.of(generation, from, to);
    String where = " WHERE generation = $1 AND leaf_index >= $2 AND leaf_index < $3";
    List<IndexRow> rows = new ArrayList<>();
    query(
            """
            SELECT leaf_index, service, incarnation, sequence, shows_certificate, occurred_at_ms,
                action, outcome, organisation_id, agent_id, stored_topic, stored_partition,
                stored_first, stored_last FROM index_entry
            """
                + where,
            range)
        .forEach(row -> rows.add(IndexRow.entry(entry(row))));
    query("SELECT leaf_index, patient_id FROM index_patient" + where, range)
        .forEach(row -> rows.add(IndexRow.patient(row.getLong(0), row.getString(1))));
    query("SELECT leaf_index, entity_type, entity_id FROM index_entity" + where, range)
        .forEach(
            row ->
                rows.add(
                    IndexRow.entity(
                        row.getLong(0),
                        new EntryRow.EntityKey(row.getString(1), row.getString(2)))));
    query("SELECT leaf_index, kind, about FROM index_finding" + where, range)
        .forEach(
            row -> rows.add(IndexRow.finding(row.getLong(0), row.getInteger(1), row.getLong(2))));
    return rows;
  }

  /**
   * Adds the rows of some leaves to one generation, in one transaction: a crash leaves all of them
   * or none, and what is there is not added again.
   */
  void add(int generation, List<IndexedLeaf> leaves) {
    var entries = leaves.stream().flatMap(leaf -> leaf.entry().stream()).toList();
    var findings = leaves.stream().flatMap(leaf -> leaf.finding().stream()).toList();
    pool.withTransaction(
            connection ->
                EntryIndexStore.insert(connection, entries, generation)
                    .flatMap(done -> FindingIndexStore.insert(connection, findings, generation)))
        .await()
        .atMost(PATIENCE);
  }

  /** Where a build that was cut off goes on. */
  long builtTo(Generation generation) {
    Long last =
        query(
                "SELECT max(leaf_index) FROM index_entry WHERE generation = $1 AND leaf_index < $2",
                Tuple.of(generation.number(), generation.fromLeaf()))
            .getFirst()
            .getLong(0);
    return last == null ? 0 : last;
  }

  private Optional<Generation> generation(String sql) {
    return query(sql, Tuple.tuple()).stream()
        .map(row -> new Generation(row.getInteger(0), row.getLong(1)))
        .findFirst();
  }

  private List<Row> query(String sql, Tuple parameters) {
    List<Row> rows = new ArrayList<>();
    pool.preparedQuery(sql).execute(parameters).await().atMost(PATIENCE).forEach(rows::add);
    return rows;
  }

  private static EntryRow entry(Row row) {
    String topic = row.getString(10);
    return new EntryRow(
        row.getLong(0),
        row.getString(1),
        ByteString.copyFrom(row.getBuffer(2).getBytes()),
        row.getLong(3),
        row.getBoolean(4),
        row.getLong(5),
        row.getInteger(6),
        row.getInteger(7),
        row.getString(8),
        row.getString(9),
        topic == null
            ? null
            : new EntryRow.Stored(topic, row.getLong(11), row.getLong(12), row.getLong(13)),
        List.of(),
        List.of());
  }

  private static ByteString value(Row row) {
    return ByteString.copyFrom(row.getBuffer(1).getBytes());
  }
}
