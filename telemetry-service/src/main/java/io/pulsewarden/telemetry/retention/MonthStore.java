package io.pulsewarden.telemetry.retention;

import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.outbox.OutboxRow;
import io.pulsewarden.outbox.OutboxWriter;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;

/** Months of stored blocks, as the database has them. Thread-safe. */
final class MonthStore {

  private final Pool pool;

  MonthStore(Pool pool) {
    this.pool = pool;
  }

  /** Those that are there, the earliest first. */
  Uni<List<YearMonth>> months() {
    return pool.query(
            """
            SELECT substr(c.relname, 13, 4)::int, substr(c.relname, 18, 2)::int
            FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
            WHERE i.inhparent = 'vital_block'::regclass AND c.relname ~ '^vital_block_\\d{4}_\\d{2}$'
            ORDER BY c.relname\
            """)
        .execute()
        .map(
            rows -> {
              List<YearMonth> months = new ArrayList<>();
              rows.forEach(row -> months.add(YearMonth.of(row.getInteger(0), row.getInteger(1))));
              return months;
            });
  }

  /**
   * Adds what is missing, with the blocks that waited for it. A crash before the commit leaves the
   * months missing and the blocks where they are, readable; after it, all is in its place.
   *
   * @return how many were missing
   */
  Uni<Integer> add(YearMonth first, YearMonth last) {
    return pool.preparedQuery("SELECT add_vital_months($1, $2)")
        .execute(Tuple.of(first.atDay(1), last.atDay(1)))
        .map(rows -> rows.iterator().next().getInteger(0));
  }

  /**
   * Drops a month, with the event that says so. A crash before the commit leaves the month and no
   * event; after it, the month is gone and the event in the outbox.
   *
   * @param event from how many blocks it had
   */
  Uni<Void> drop(YearMonth month, LongFunction<AuditEvent> event) {
    return pool.withTransaction(
        connection ->
            connection
                .preparedQuery("SELECT drop_vital_month($1)")
                .execute(Tuple.of(month.atDay(1)))
                .map(rows -> rows.iterator().next().getLong(0))
                .chain(blocks -> told(connection, event.apply(blocks))));
  }

  /**
   * Deletes the blocks before a month that stand in no month of their own: what was stored after
   * its month was dropped, or has an impossible time. Crashes as {@link #drop}.
   *
   * @param event from how many there were; not asked for if there were none
   */
  Uni<Void> deleteBefore(YearMonth month, LongFunction<AuditEvent> event) {
    long before = month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
    return pool.withTransaction(
        connection ->
            connection
                .preparedQuery(
                    """
                    WITH gone AS (DELETE FROM vital_block WHERE last_time_ms < $1
                      RETURNING partition, message_offset),
                    withdrawn AS (DELETE FROM withdrawn_reading w USING gone g
                      WHERE w.partition = g.partition AND w.message_offset = g.message_offset)
                    SELECT count(*) FROM gone\
                    """)
                .execute(Tuple.of(before))
                .map(rows -> rows.iterator().next().getLong(0))
                .chain(
                    blocks ->
                        blocks == 0
                            ? Uni.createFrom().voidItem()
                            : told(connection, event.apply(blocks))));
  }

  private static Uni<Void> told(SqlConnection connection, AuditEvent event) {
    return OutboxWriter.insert(connection, List.of(OutboxRow.audit(event)));
  }
}
