package io.pulsewarden.telemetry.gap;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;

/** The table of numberings, as it is kept in a transaction that stores messages. Thread-safe. */
public final class NumberingStore {

  private NumberingStore() {}

  /**
   * Takes note, in the connection's transaction, of the messages that this transaction stores. It
   * is the transaction that moves the partition's offset on: whatever Kafka brings again is not
   * counted twice, and a database restored to an earlier state counts it again as it did before.
   *
   * <p>A crash before the commit leaves nothing of it; after it, all.
   *
   * @param messages in order of offset, one partition after the other
   * @param clocked whether a sender has a clock of its own
   */
  public static Uni<Void> record(
      SqlConnection connection, List<NumberedMessage> messages, Predicate<UUID> clocked) {
    if (messages.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    Map<Sender, List<NumberedMessage>> bySender = new LinkedHashMap<>();
    messages.forEach(
        message ->
            bySender
                .computeIfAbsent(
                    new Sender(message.source(), message.organisation()), _ -> new ArrayList<>())
                .add(message));
    return locked(connection, bySender.keySet())
        .chain(
            known -> {
              List<Sender> uneven =
                  bySender.entrySet().stream()
                      .filter(one -> !Numbering.countsOn(known.get(one.getKey()), one.getValue()))
                      .map(Map.Entry::getKey)
                      .toList();
              return MissingMessageStore.of(connection, uneven)
                  .chain(
                      gaps -> {
                        Map<Sender, Numbering> numberings = new HashMap<>();
                        bySender.forEach(
                            (sender, its) -> {
                              Numbering numbering =
                                  new Numbering(
                                      known.get(sender),
                                      gaps.getOrDefault(sender, List.of()),
                                      clocked.test(sender.source()));
                              its.forEach(numbering::add);
                              numberings.put(sender, numbering);
                            });
                        // Sent at once; neither needs the other's answer.
                        return Uni.join()
                            .all(
                                write(connection, numberings),
                                MissingMessageStore.replace(connection, numberings, gaps))
                            .andFailFast()
                            .replaceWithVoid();
                      });
            });
  }

  /**
   * The rows, locked until the transaction ends: two instances that store messages of one sender,
   * from two partitions, come one after the other. In order of sender, so that they never wait for
   * each other.
   */
  private static Uni<Map<Sender, Numbers>> locked(
      SqlConnection connection, Collection<Sender> senders) {
    Tuple columns = NumberingRowsStore.columns(senders);
    // Sent at once: the second sees what the first has inserted, or waited for.
    return Uni.combine()
        .all()
        .unis(
            connection
                .preparedQuery(
                    """
                    INSERT INTO device_numbering (source_id, organisation_id)
                    SELECT * FROM unnest($1::uuid[], $2::uuid[]) AS s(source, organisation)
                    ORDER BY source, organisation ON CONFLICT DO NOTHING\
                    """)
                .execute(columns),
            connection
                .preparedQuery(
                    "SELECT "
                        + NumberingRowsStore.NUMBERS
                        + """
                         FROM device_numbering
                        WHERE (source_id, organisation_id)
                          IN (SELECT * FROM unnest($1::uuid[], $2::uuid[]))
                        ORDER BY source_id, organisation_id FOR UPDATE\
                        """)
                .execute(columns))
        .with((_, rows) -> rows)
        .map(
            rows -> {
              Map<Sender, Numbers> known = new HashMap<>();
              for (Row row : rows) {
                if (row.getLong("newest") != null) {
                  known.put(NumberingRowsStore.sender(row), NumberingRowsStore.numbers(row));
                }
              }
              return known;
            });
  }

  private static Uni<Void> write(SqlConnection connection, Map<Sender, Numbering> numberings) {
    List<Map.Entry<Sender, Numbering>> rows = List.copyOf(numberings.entrySet());
    Function<Function<Numbers, Long>, Long[]> longs =
        value ->
            rows.stream().map(row -> value.apply(row.getValue().numbers())).toArray(Long[]::new);
    Tuple columns =
        NumberingRowsStore.columns(rows.stream().map(Map.Entry::getKey).toList())
            .addValue(
                rows.stream().map(row -> row.getValue().numbers().run()).toArray(Integer[]::new))
            .addValue(longs.apply(Numbers::newest))
            .addValue(longs.apply(Numbers::newestLastMillis))
            .addValue(longs.apply(Numbers::newestReceivedMillis))
            .addValue(
                rows.stream()
                    .map(row -> row.getValue().numbers().newestPatient())
                    .toArray(UUID[]::new))
            .addValue(
                rows.stream()
                    .map(row -> row.getValue().numbers().runStartedMillis())
                    .toArray(Long[]::new))
            .addValue(
                rows.stream()
                    .map(row -> row.getValue().numbers().latestMillis())
                    .toArray(Long[]::new))
            .addValue(longs.apply(Numbers::received))
            .addValue(longs.apply(Numbers::late))
            .addValue(longs.apply(Numbers::gapsNotKept))
            .addValue(
                rows.stream().map(row -> row.getValue().gapsChanged()).toArray(Boolean[]::new));
    return connection
        .preparedQuery(
            """
            UPDATE device_numbering n SET run = s.run, newest = s.newest,
              newest_last_ms = s.newest_last, newest_received_ms = s.newest_received,
              newest_patient_id = s.patient, run_started_ms = s.started, latest_ms = s.latest,
              received = s.received, late = s.late, gaps_not_kept = s.not_kept,
              gaps_changed_at = CASE WHEN s.changed THEN now() ELSE n.gaps_changed_at END
            FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::bigint[], $5::bigint[],
              $6::bigint[], $7::uuid[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[],
              $12::bigint[], $13::boolean[])
              AS s(source, organisation, run, newest, newest_last, newest_received, patient,
                started, latest, received, late, not_kept, changed)
            WHERE n.source_id = s.source AND n.organisation_id = s.organisation\
            """)
        .execute(columns)
        .replaceWithVoid();
  }
}
