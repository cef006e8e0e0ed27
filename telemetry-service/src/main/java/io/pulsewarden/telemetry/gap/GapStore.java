package io.pulsewarden.telemetry.gap;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Numberings and what is missing in them, for those who tell it. Thread-safe. */
final class GapStore {

  private final Pool pool;

  GapStore(Pool pool) {
    this.pool = pool;
  }

  /** A numbering, and what is missing in it, the newest first. */
  record Standing(Numbers numbers, List<Gap> gaps) {}

  /** Senders whose gaps changed so long ago at most. */
  Uni<Set<UUID>> changed(Duration lookBack) {
    return pool.preparedQuery(
            """
            SELECT source_id FROM device_numbering
              WHERE gaps_changed_at > now() - make_interval(secs => $1)""")
        .execute(Tuple.of(lookBack.toMillis() / 1000.0))
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
    Tuple columns = NumberingRowsStore.columns(senders);
    return pool.preparedQuery(
            "SELECT "
                + NumberingRowsStore.NUMBERS
                + " FROM device_numbering WHERE newest IS NOT NULL"
                + " AND (source_id, organisation_id)"
                + " IN (SELECT * FROM unnest($1::uuid[], $2::uuid[]))")
        .execute(columns)
        .chain(
            numbers ->
                pool.preparedQuery(
                        "SELECT "
                            + NumberingRowsStore.GAPS
                            + """
                             FROM missing_message
                            WHERE (source_id, organisation_id)
                              IN (SELECT * FROM unnest($1::uuid[], $2::uuid[]))
                              AND found_at <= now() - make_interval(secs => $3)
                            ORDER BY run DESC, first_sequence DESC\
                            """)
                    .execute(NumberingRowsStore.columns(senders).addDouble(graceMillis / 1000.0))
                    .map(NumberingRowsStore::gaps)
                    .map(
                        gaps -> {
                          Map<Sender, Standing> found = new HashMap<>();
                          for (Row row : numbers) {
                            found.put(
                                NumberingRowsStore.sender(row),
                                new Standing(
                                    NumberingRowsStore.numbers(row),
                                    gaps.getOrDefault(NumberingRowsStore.sender(row), List.of())));
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
                + NumberingRowsStore.GAPS
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
                found.add(new SourceGap(row.getUUID("source_id"), NumberingRowsStore.gap(row)));
              }
              return found;
            });
  }
}
