package io.pulsewarden.audit.search;

import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.contracts.audit.v1.StoredRange;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

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

  /** Adds entries inside the caller's transaction. */
  public static Uni<Void> insert(SqlConnection connection, List<IndexedEntry> entries) {
    if (entries.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return connection
        .preparedQuery(
            """
            INSERT INTO entry_index (leaf_index, service, incarnation, sequence,
                shows_certificate, occurred_at_ms, action, outcome, organisation_id, agent_id,
                stored_topic, stored_partition, stored_first, stored_last)
            SELECT * FROM unnest($1::bigint[], $2::text[], $3::bytea[], $4::bigint[],
                $5::boolean[], $6::bigint[], $7::int[], $8::int[], $9::text[], $10::text[],
                $11::text[], $12::bigint[], $13::bigint[], $14::bigint[])\
            """)
        .execute(new Columns(entries).tuple())
        .flatMap(done -> insertPatients(connection, entries));
  }

  private static Uni<Void> insertPatients(SqlConnection connection, List<IndexedEntry> entries) {
    List<String> patients = new ArrayList<>();
    List<Long> leaves = new ArrayList<>();
    for (IndexedEntry entry : entries) {
      entry.record().getEvent().getPatientIdList().stream()
          .map(IndexedEntry::indexable)
          .distinct()
          .forEach(
              patient -> {
                patients.add(patient);
                leaves.add(entry.leafIndex());
              });
    }
    if (patients.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return connection
        .preparedQuery(
            "INSERT INTO entry_patient (patient_id, leaf_index)"
                + " SELECT * FROM unnest($1::text[], $2::bigint[])")
        .execute(Tuple.of(patients.toArray(String[]::new), leaves.toArray(Long[]::new)))
        .replaceWithVoid();
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

  /** The columns of the index, one array each. */
  private static final class Columns {
    private final List<IndexedEntry> entries;

    Columns(List<IndexedEntry> entries) {
      this.entries = entries;
    }

    Tuple tuple() {
      int count = entries.size();
      String[] services = new String[count];
      Buffer[] incarnations = new Buffer[count];
      Long[] sequences = new Long[count];
      Boolean[] shows = new Boolean[count];
      @Nullable Long[] occurred = new Long[count];
      @Nullable Integer[] actions = new Integer[count];
      @Nullable Integer[] outcomes = new Integer[count];
      @Nullable String[] organisations = new String[count];
      @Nullable String[] agents = new String[count];
      @Nullable String[] topics = new String[count];
      @Nullable Long[] partitions = new Long[count];
      @Nullable Long[] firsts = new Long[count];
      @Nullable Long[] lasts = new Long[count];
      for (int i = 0; i < count; i++) {
        IndexedEntry entry = entries.get(i);
        services[i] = IndexedEntry.indexable(entry.record().getService());
        incarnations[i] = Buffer.buffer(entry.incarnation().toByteArray());
        sequences[i] = entry.record().getSequence();
        shows[i] = entry.showsCertificate();
        if (entry.record().hasEvent()) {
          AuditEvent event = entry.record().getEvent();
          occurred[i] = event.getOccurredAtMs();
          actions[i] = event.getActionValue();
          outcomes[i] = event.getOutcomeValue();
          organisations[i] = orNull(event.getOrganisationId());
          agents[i] = orNull(event.getAgent().getId());
          if (event.hasStoredRange()) {
            StoredRange range = event.getStoredRange();
            topics[i] = IndexedEntry.indexable(range.getTopic());
            partitions[i] = (long) range.getPartition();
            firsts[i] = range.getFirstOffset();
            lasts[i] = range.getLastOffset();
          }
        }
      }
      Long[] indexes =
          LongStream.range(0, count)
              .mapToObj(i -> entries.get((int) i).leafIndex())
              .toArray(Long[]::new);
      Tuple tuple = Tuple.tuple();
      for (Object column :
          new Object[] {
            indexes,
            services,
            incarnations,
            sequences,
            shows,
            occurred,
            actions,
            outcomes,
            organisations,
            agents,
            topics,
            partitions,
            firsts,
            lasts
          }) {
        tuple.addValue(column);
      }
      return tuple;
    }

    private static @Nullable String orNull(String text) {
      return text.isEmpty() ? null : IndexedEntry.indexable(text);
    }
  }
}
