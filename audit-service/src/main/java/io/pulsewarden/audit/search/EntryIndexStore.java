package io.pulsewarden.audit.search;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The index over the log's entries. Derived from the leaves, added to in their transaction. */
@ApplicationScoped
public class EntryIndexStore {

  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final Pool pool;

  EntryIndexStore(Pool pool) {
    this.pool = pool;
  }

  /** A leaf that was found. */
  @SuppressWarnings("ArrayRecordComponent") // handed on at once, never compared
  record Found(long leafIndex, byte[] value, byte[] hash) {}

  /** Adds entries inside the caller's transaction, to every generation of the index. */
  public static Uni<Void> insert(SqlConnection connection, List<IndexedEntry> entries) {
    return EntryRowsStore.insert(connection, entries.stream().map(EntryRow::of).toList());
  }

  /** Adds entries to one generation of the index, unless they are there. */
  public static Uni<Void> insert(
      SqlConnection connection, List<IndexedEntry> entries, int generation) {
    return EntryRowsStore.insert(
        connection, entries.stream().map(EntryRow::of).toList(), generation);
  }

  /** Entries that match, newest first; blocks. */
  List<Found> find(EntryQuery query) {
    StringBuilder sql = new StringBuilder("SELECT l.index, l.value, l.hash FROM entry_index e");
    Tuple values = Tuple.tuple();
    if (query.patient() != null) {
      sql.append(" JOIN entry_patient p ON p.leaf_index = e.leaf_index AND p.patient_id = ")
          .append(next(values.addString(IndexedEntry.indexable(query.patient()))));
    }
    sql.append(" JOIN log_leaf l ON l.index = e.leaf_index WHERE e.leaf_index < ")
        .append(next(values.addLong(query.before())));
    sql.append(" AND (e.organisation_id = ")
        .append(next(values.addString(query.organisation().toString())))
        .append(query.stored() != null ? " OR e.organisation_id IS NULL)" : ")");
    if (query.actor() != null) {
      sql.append(" AND e.agent_id = ")
          .append(next(values.addString(IndexedEntry.indexable(query.actor()))));
    }
    if (query.action() != null) {
      sql.append(" AND e.action = ").append(next(values.addInteger(query.action().getNumber())));
    }
    if (query.from() != null) {
      sql.append(" AND e.occurred_at_ms >= ")
          .append(next(values.addLong(query.from().toEpochMilli())));
    }
    if (query.to() != null) {
      sql.append(" AND e.occurred_at_ms < ")
          .append(next(values.addLong(query.to().toEpochMilli())));
    }
    EntryQuery.StoredOffset stored = query.stored();
    if (stored != null) {
      sql.append(" AND e.stored_topic = ").append(next(values.addString(stored.topic())));
      sql.append(" AND e.stored_partition = ").append(next(values.addLong(stored.partition())));
      sql.append(" AND e.stored_last >= ").append(next(values.addLong(stored.offset())));
      sql.append(" AND e.stored_first <= ").append(next(values.addLong(stored.offset())));
    }
    sql.append(" ORDER BY e.leaf_index DESC LIMIT ").append(next(values.addInteger(query.limit())));
    return run(sql.toString(), values);
  }

  /** One leaf; blocks. */
  Optional<Found> read(long leaf) {
    return run("SELECT index, value, hash FROM log_leaf WHERE index = $1", Tuple.of(leaf)).stream()
        .findFirst();
  }

  private List<Found> run(String sql, Tuple values) {
    List<Found> found = new ArrayList<>();
    for (Row row : pool.preparedQuery(sql).execute(values).await().atMost(PATIENCE)) {
      found.add(
          new Found(row.getLong(0), row.getBuffer(1).getBytes(), row.getBuffer(2).getBytes()));
    }
    return found;
  }

  private static String next(Tuple values) {
    return "$" + values.size();
  }
}
