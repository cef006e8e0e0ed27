package io.pulsewarden.audit.fhir;

import com.google.protobuf.ByteString;
import io.pulsewarden.audit.log.Disowned;
import io.pulsewarden.audit.log.IndexedLeaf;
import io.pulsewarden.audit.log.LogStore;
import io.pulsewarden.audit.search.EntryRow;
import io.pulsewarden.audit.search.IndexedEntry;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Events of one organisation, found by the index and read from the log. Blocks. */
@ApplicationScoped
class AuditEventStore {

  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final Pool pool;
  private final LogStore log;

  AuditEventStore(Pool pool, LogStore log) {
    this.pool = pool;
    this.log = log;
  }

  /** Entries that may be shown: what the newest checkpoint covers. */
  long published() {
    return log.latestCheckpoint().map(LogStore.StoredCheckpoint::size).orElse(0L);
  }

  /** The newest events below an index that match, newest first in the log's order. */
  List<IndexedEntry> find(UUID organisation, EventQuery query, long before) {
    if (!query.isPossible()) {
      return List.of();
    }
    StringBuilder sql = new StringBuilder("SELECT l.index, l.value FROM entry_index e");
    Tuple values = Tuple.tuple();
    query
        .patient()
        .ifPresent(
            patient ->
                sql.append(" JOIN entry_patient p ON p.leaf_index = e.leaf_index")
                    .append(" AND p.patient_id = ")
                    .append(next(values.addString(patient.toString()))));
    query.entity().ifPresent(entity -> joinEntity(sql, values, entity));
    sql.append(" JOIN log_leaf l ON l.index = e.leaf_index WHERE e.action IS NOT NULL")
        .append(" AND e.leaf_index < ")
        .append(next(values.addLong(before)))
        .append(" AND e.organisation_id = ")
        .append(next(values.addString(organisation.toString())))
        .append(" AND e.occurred_at_ms BETWEEN ")
        .append(next(values.addLong(query.date().from())))
        .append(" AND ")
        .append(next(values.addLong(query.date().until())));
    query
        .agent()
        .ifPresent(agent -> sql.append(" AND e.agent_id = ").append(next(values.addString(agent))));
    query
        .outcome()
        .ifPresent(
            outcome ->
                sql.append(" AND e.outcome = ")
                    .append(next(values.addInteger(outcome.getNumber()))));
    query
        .actionNumbers()
        .ifPresent(
            numbers ->
                sql.append(" AND e.action = ANY (")
                    .append(next(values.addValue(numbers)))
                    .append("::int[])"));
    sql.append(" ORDER BY e.leaf_index DESC LIMIT ")
        .append(next(values.addInteger(query.count() + 1)));
    return run(sql.toString(), values);
  }

  /** One event; empty if the leaf is none, or was pruned. */
  Optional<IndexedEntry> read(long leaf) {
    return run("SELECT index, value FROM log_leaf WHERE index = $1", Tuple.of(leaf)).stream()
        .findFirst();
  }

  private static void joinEntity(StringBuilder sql, Tuple values, EntryRow.EntityKey entity) {
    sql.append(" JOIN entry_entity n ON n.leaf_index = e.leaf_index AND n.entity_id = ")
        .append(next(values.addString(entity.id())));
    if (entity.type().isEmpty()) {
      // The same id under two types would bring the entry twice.
      sql.append(" AND n.entity_type = (SELECT min(m.entity_type) FROM entry_entity m")
          .append(" WHERE m.leaf_index = n.leaf_index AND m.entity_id = n.entity_id)");
    } else {
      sql.append(" AND n.entity_type = ").append(next(values.addString(entity.type())));
    }
  }

  private List<IndexedEntry> run(String sql, Tuple values) {
    Disowned disowned = new Disowned(log::leaves);
    List<IndexedEntry> found = new ArrayList<>();
    for (Row row : pool.preparedQuery(sql).execute(values).await().atMost(PATIENCE)) {
      ByteString value = ByteString.copyFrom(row.getBuffer(1).getBytes());
      IndexedLeaf.read(row.getLong(0), value, disowned, log::blob)
          .entry()
          .filter(entry -> entry.record().hasEvent())
          .ifPresent(found::add);
    }
    return found;
  }

  private static String next(Tuple values) {
    return "$" + values.size();
  }
}
