package io.pulsewarden.audit.siem;

import com.google.protobuf.ByteString;
import io.pulsewarden.audit.log.LogStore;
import io.pulsewarden.borrowed.SessionLock;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The published log, and destinations' cursors beside it. Blocks. Thread-safe. */
@ApplicationScoped
class SiemCursorStore implements LogTail {

  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final int LOCK_CLASS = 0x7369656d;

  private final Pool pool;
  private final LogStore log;

  SiemCursorStore(Pool pool, LogStore log) {
    this.pool = pool;
    this.log = log;
  }

  @Override
  public List<TailEntry> read(long from, int limit) {
    List<TailEntry> entries = new ArrayList<>();
    long next = from;
    for (Row row :
        query(
            "SELECT index, value FROM log_leaf WHERE index >= $1 AND index < $2"
                + " ORDER BY index LIMIT $3",
            Tuple.of(from, published(), limit))) {
      long index = row.getLong(0);
      if (index != next && !isFirstKept(index)) {
        throw new IllegalStateException("the log lacks entries that were not pruned");
      }
      entries.add(new TailEntry(index, ByteString.copyFrom(row.getBuffer(1).getBytes())));
      next = index + 1;
    }
    return entries;
  }

  /** Pruning leaves nothing below an entry; whatever else is missing is nobody's right. */
  private boolean isFirstKept(long index) {
    return !query("SELECT 1 FROM log_leaf WHERE index < $1 LIMIT 1", Tuple.of(index))
        .iterator()
        .hasNext();
  }

  @Override
  public long published() {
    return log.latestCheckpoint().map(LogStore.StoredCheckpoint::size).orElse(0L);
  }

  /** Where a destination that is new begins; one that is known stays where it is. */
  void begin(String destination, SiemConfiguration.Start start) {
    long first =
        switch (start) {
          case BEGINNING -> 0;
          case NOW -> published();
        };
    query(
        "INSERT INTO siem_cursor (destination, next_index) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        Tuple.of(destination, first));
  }

  @Override
  public long cursor(String destination) {
    return query("SELECT next_index FROM siem_cursor WHERE destination = $1", Tuple.of(destination))
        .iterator()
        .next()
        .getLong(0);
  }

  @Override
  public boolean advance(String destination, long from, long to) {
    return query(
                "UPDATE siem_cursor SET next_index = $3, moved_at = now()"
                    + " WHERE destination = $1 AND next_index = $2",
                Tuple.of(destination, from, to))
            .rowCount()
        == 1;
  }

  /** Null if another instance streams to this destination. It saves work; the cursor is safe. */
  @Nullable SessionLock lease(String destination) {
    return SessionLock.tryTake(
        pool,
        "pg_try_advisory_lock($1, hashtext($2))",
        Tuple.of(LOCK_CLASS, destination),
        PATIENCE);
  }

  private RowSet<Row> query(String sql, Tuple parameters) {
    return await(pool.preparedQuery(sql).execute(parameters));
  }

  private static <T> T await(Uni<T> answer) {
    return answer.await().atMost(PATIENCE);
  }
}
