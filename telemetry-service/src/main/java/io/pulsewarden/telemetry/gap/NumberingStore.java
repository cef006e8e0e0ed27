package io.pulsewarden.telemetry.gap;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The tables of numberings and of what is missing in them. Thread-safe. */
public final class NumberingStore {

  /** A transaction that began before a look and committed after it is seen by a later look. */
  private static final int LOOK_BACK_SECONDS = 10;

  private static final String NUMBERS =
      """
      source_id, organisation_id, run, newest, newest_last_ms, newest_received_ms,
      newest_patient_id, run_started_ms, latest_ms, received, late, gaps_not_kept\
      """;

  private static final String GAPS =
      """
      source_id, organisation_id, run, first_sequence, last_sequence, from_ms, until_ms,
      patient_before, patient_after, found_at\
      """;

  private final Pool pool;

  NumberingStore(Pool pool) {
    this.pool = pool;
  }

  /** Whose numbering it is. A device that moves to another organisation begins anew there. */
  record Sender(UUID source, UUID organisation) {}

  /** A numbering, and what is missing in it, the newest first. */
  record Standing(Numbers numbers, List<Gap> gaps) {}

  /**
   * Takes note, in the connection's transaction, of the messages that this transaction stores. It
   * is the transaction that moves the partition's offset on: whatever Kafka brings again is not
   * counted twice, and a database restored to an earlier state counts it again as it did before.
   *
   * <p>A crash before the commit leaves nothing of it; after it, all.
   *
   * @param messages in order of offset
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
              return gaps(connection, uneven)
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
                        return write(connection, numberings, gaps);
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
    Tuple columns = columns(senders);
    return connection
        .preparedQuery(
            """
            INSERT INTO device_numbering (source_id, organisation_id)
            SELECT * FROM unnest($1::uuid[], $2::uuid[]) AS s(source, organisation)
            ORDER BY source, organisation ON CONFLICT DO NOTHING\
            """)
        .execute(columns)
        .chain(
            () ->
                connection
                    .preparedQuery(
                        "SELECT "
                            + NUMBERS
                            + """
                             FROM device_numbering
                            WHERE (source_id, organisation_id)
                              IN (SELECT * FROM unnest($1::uuid[], $2::uuid[]))
                            ORDER BY source_id, organisation_id FOR UPDATE\
                            """)
                    .execute(columns))
        .map(
            rows -> {
              Map<Sender, Numbers> known = new HashMap<>();
              for (Row row : rows) {
                if (row.getLong("newest") != null) {
                  known.put(sender(row), numbers(row));
                }
              }
              return known;
            });
  }

  private static Uni<Map<Sender, List<Gap>>> gaps(
      SqlConnection connection, Collection<Sender> senders) {
    if (senders.isEmpty()) {
      return Uni.createFrom().item(Map.of());
    }
    return connection
        .preparedQuery(
            "SELECT "
                + GAPS
                + " FROM missing_message WHERE (source_id, organisation_id)"
                + " IN (SELECT * FROM unnest($1::uuid[], $2::uuid[]))")
        .execute(columns(senders))
        .map(NumberingStore::gaps);
  }

  private static Map<Sender, List<Gap>> gaps(RowSet<Row> rows) {
    Map<Sender, List<Gap>> found = new HashMap<>();
    for (Row row : rows) {
      found.computeIfAbsent(sender(row), _ -> new ArrayList<>()).add(gap(row));
    }
    return found;
  }

  private static Uni<Void> write(
      SqlConnection connection,
      Map<Sender, Numbering> numberings,
      Map<Sender, List<Gap>> gapsBefore) {
    List<SenderGap> gone = new ArrayList<>();
    List<SenderGap> there = new ArrayList<>();
    numberings.forEach(
        (sender, numbering) -> {
          if (numbering.gapsChanged()) {
            gapsBefore
                .getOrDefault(sender, List.of())
                .forEach(gap -> gone.add(new SenderGap(sender, gap)));
            numbering.gaps().forEach(gap -> there.add(new SenderGap(sender, gap)));
          }
        });
    Set<SenderGap> kept = new HashSet<>(gone);
    kept.retainAll(new HashSet<>(there));
    gone.removeAll(kept);
    there.removeAll(kept);
    return writeNumbers(connection, numberings)
        .chain(() -> delete(connection, gone))
        .chain(() -> insert(connection, there));
  }

  private record SenderGap(Sender sender, Gap gap) {}

  private static Uni<Void> writeNumbers(
      SqlConnection connection, Map<Sender, Numbering> numberings) {
    List<Map.Entry<Sender, Numbering>> rows = List.copyOf(numberings.entrySet());
    Function<Function<Numbers, Long>, Long[]> longs =
        value ->
            rows.stream().map(row -> value.apply(row.getValue().numbers())).toArray(Long[]::new);
    Tuple columns =
        columns(rows.stream().map(Map.Entry::getKey).toList())
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

  private static Uni<Void> delete(SqlConnection connection, List<SenderGap> gaps) {
    if (gaps.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return connection
        .preparedQuery(
            """
            DELETE FROM missing_message m
            USING unnest($1::uuid[], $2::uuid[], $3::int[], $4::bigint[])
              AS s(source, organisation, run, first_sequence)
            WHERE m.source_id = s.source AND m.organisation_id = s.organisation
              AND m.run = s.run AND m.first_sequence = s.first_sequence\
            """)
        .execute(
            columns(gaps.stream().map(SenderGap::sender).toList())
                .addValue(column(gaps, Gap::run, Integer[]::new))
                .addValue(column(gaps, Gap::first, Long[]::new)))
        .replaceWithVoid();
  }

  private static Uni<Void> insert(SqlConnection connection, List<SenderGap> gaps) {
    if (gaps.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return connection
        .preparedQuery(
            """
            INSERT INTO missing_message (source_id, organisation_id, run, first_sequence,
              last_sequence, from_ms, until_ms, patient_before, patient_after, found_at)
            SELECT source, organisation, run, first_sequence, nullif(last_sequence, $11), from_ms,
              until_ms, before, after, coalesce(found_at, now())
            FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::bigint[], $5::bigint[], $6::bigint[],
              $7::bigint[], $8::uuid[], $9::uuid[], $10::timestamptz[])
              AS s(source, organisation, run, first_sequence, last_sequence, from_ms, until_ms,
                before, after, found_at)\
            """)
        .execute(
            columns(gaps.stream().map(SenderGap::sender).toList())
                .addValue(column(gaps, Gap::run, Integer[]::new))
                .addValue(column(gaps, Gap::first, Long[]::new))
                .addValue(column(gaps, Gap::last, Long[]::new))
                .addValue(column(gaps, Gap::fromMillis, Long[]::new))
                .addValue(column(gaps, Gap::untilMillis, Long[]::new))
                .addValue(gaps.stream().map(one -> one.gap().patientBefore()).toArray(UUID[]::new))
                .addValue(gaps.stream().map(one -> one.gap().patientAfter()).toArray(UUID[]::new))
                .addValue(
                    gaps.stream().map(one -> one.gap().foundAt()).toArray(OffsetDateTime[]::new))
                .addLong(Gap.UNKNOWN))
        .replaceWithVoid();
  }

  /** Senders whose gaps changed in the last seconds, or have become old enough to be told. */
  Uni<Set<UUID>> changed(long graceMillis) {
    return pool.preparedQuery(
            "SELECT source_id FROM device_numbering"
                + " WHERE gaps_changed_at > now() - make_interval(secs => $1)")
        .execute(Tuple.of(graceMillis / 1000.0 + LOOK_BACK_SECONDS))
        .map(
            rows -> {
              Set<UUID> found = HashSet.newHashSet(rows.size());
              rows.forEach(row -> found.add(row.getUUID(0)));
              return found;
            });
  }

  /**
   * The numberings of those senders that number.
   *
   * @param graceMillis younger gaps are left out
   */
  Uni<Map<Sender, Standing>> standing(Collection<Sender> senders, long graceMillis) {
    Tuple columns = columns(senders);
    return pool.preparedQuery(
            "SELECT "
                + NUMBERS
                + " FROM device_numbering WHERE newest IS NOT NULL"
                + " AND (source_id, organisation_id)"
                + " IN (SELECT * FROM unnest($1::uuid[], $2::uuid[]))")
        .execute(columns)
        .chain(
            numbers ->
                pool.preparedQuery(
                        "SELECT "
                            + GAPS
                            + """
                             FROM missing_message
                            WHERE (source_id, organisation_id)
                              IN (SELECT * FROM unnest($1::uuid[], $2::uuid[]))
                              AND found_at <= now() - make_interval(secs => $3)
                            ORDER BY run DESC, first_sequence DESC\
                            """)
                    .execute(columns(senders).addDouble(graceMillis / 1000.0))
                    .map(NumberingStore::gaps)
                    .map(
                        gaps -> {
                          Map<Sender, Standing> found = new HashMap<>();
                          for (Row row : numbers) {
                            found.put(
                                sender(row),
                                new Standing(
                                    numbers(row), gaps.getOrDefault(sender(row), List.of())));
                          }
                          return found;
                        }));
  }

  /** A gap and whose it is. */
  record SourceGap(UUID source, Gap gap) {}

  /** Gaps of whoever ever spoke for a device that measured the patient, the latest first. */
  Uni<List<SourceGap>> ofSpeakersFor(
      UUID organisation, UUID patient, long fromMillis, long untilMillis, long graceMillis) {
    // A thousand a sender at most: which of them concern the patient is not for SQL to say.
    return pool.preparedQuery(
            "SELECT "
                + GAPS
                + """
                 FROM missing_message
                WHERE organisation_id = $1 AND source_id IN (
                    SELECT source_id FROM series WHERE organisation_id = $1 AND patient_id = $2)
                  AND until_ms >= $3 AND from_ms <= $4
                  AND found_at <= now() - make_interval(secs => $5)
                ORDER BY until_ms DESC, source_id, run, first_sequence\
                """)
        .execute(
            Tuple.of(organisation, patient, fromMillis, untilMillis)
                .addDouble(graceMillis / 1000.0))
        .map(
            rows -> {
              List<SourceGap> found = new ArrayList<>();
              for (Row row : rows) {
                found.add(new SourceGap(row.getUUID("source_id"), gap(row)));
              }
              return found;
            });
  }

  private static Tuple columns(Collection<Sender> senders) {
    return Tuple.tuple()
        .addValue(senders.stream().map(Sender::source).toArray(UUID[]::new))
        .addValue(senders.stream().map(Sender::organisation).toArray(UUID[]::new));
  }

  private static <V> V[] column(
      List<SenderGap> gaps, Function<Gap, V> value, IntFunction<V[]> array) {
    Stream<V> values = gaps.stream().map(SenderGap::gap).map(value);
    return values.toArray(array);
  }

  private static Sender sender(Row row) {
    return new Sender(row.getUUID("source_id"), row.getUUID("organisation_id"));
  }

  private static Numbers numbers(Row row) {
    return new Numbers(
        row.getInteger("run"),
        row.getLong("newest"),
        row.getLong("newest_last_ms"),
        row.getLong("newest_received_ms"),
        row.getUUID("newest_patient_id"),
        row.getLong("run_started_ms"),
        row.getLong("latest_ms"),
        row.getLong("received"),
        row.getLong("late"),
        row.getLong("gaps_not_kept"));
  }

  private static Gap gap(Row row) {
    Long last = row.getLong("last_sequence");
    return new Gap(
        row.getInteger("run"),
        row.getLong("first_sequence"),
        last == null ? Gap.UNKNOWN : last,
        row.getLong("from_ms"),
        row.getLong("until_ms"),
        row.getUUID("patient_before"),
        row.getUUID("patient_after"),
        row.getOffsetDateTime("found_at"));
  }
}
