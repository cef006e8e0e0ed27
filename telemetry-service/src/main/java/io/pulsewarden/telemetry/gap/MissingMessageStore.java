package io.pulsewarden.telemetry.gap;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Stream;

/** The table of what is missing, as it is kept in a transaction that stores messages. */
final class MissingMessageStore {

  private MissingMessageStore() {}

  /** A gap and in whose numbering it is. */
  private record SenderGap(Sender sender, Gap gap) {}

  /** What is missing of these senders. */
  static Uni<Map<Sender, List<Gap>>> of(SqlConnection connection, Collection<Sender> senders) {
    if (senders.isEmpty()) {
      return Uni.createFrom().item(Map.of());
    }
    return connection
        .preparedQuery(
            "SELECT "
                + NumberingRowsStore.GAPS
                + " FROM missing_message WHERE (source_id, organisation_id)"
                + " IN (SELECT * FROM unnest($1::uuid[], $2::uuid[]))")
        .execute(NumberingRowsStore.columns(senders))
        .map(NumberingRowsStore::gaps);
  }

  /**
   * Puts what is missing now in the place of what was.
   *
   * @param gapsBefore of those senders whose gaps may have changed
   */
  static Uni<Void> replace(
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
    return delete(connection, gone).chain(() -> insert(connection, there));
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
            NumberingRowsStore.columns(gaps.stream().map(SenderGap::sender).toList())
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
            NumberingRowsStore.columns(gaps.stream().map(SenderGap::sender).toList())
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

  private static <V> V[] column(
      List<SenderGap> gaps, Function<Gap, V> value, IntFunction<V[]> array) {
    Stream<V> values = gaps.stream().map(SenderGap::gap).map(value);
    return values.toArray(array);
  }
}
