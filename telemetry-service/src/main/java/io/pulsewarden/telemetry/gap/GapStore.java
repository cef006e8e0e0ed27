package io.pulsewarden.telemetry.gap;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Numberings and what is missing in them, for those who tell it. Thread-safe. */
final class GapStore {

  /** A transaction that began before a look and committed after it is seen by a later look. */
  private static final int LOOK_BACK_SECONDS = 10;

  private final Pool pool;

  GapStore(Pool pool) {
    this.pool = pool;
  }

  /** A numbering, and what is missing in it, the newest first. */
  record Standing(Numbers numbers, List<Gap> gaps) {}

  /**
   * What changed.
   *
   * @param at of the look, by the database's clock
   */
  record Changes(OffsetDateTime at, Set<UUID> senders) {}

  /**
   * Senders whose gaps changed, or have become old enough to be told, since a look before.
   *
   * @param since when that was; null for the last seconds
   */
  Uni<Changes> changed(long graceMillis, @Nullable OffsetDateTime since) {
    return pool.preparedQuery(
            """
            SELECT look.at, n.source_id FROM (SELECT now() AS at) AS look
              LEFT JOIN device_numbering n
              ON n.gaps_changed_at > coalesce($2, look.at) - make_interval(secs => $1)\
            """)
        .execute(
            Tuple.tuple()
                .addDouble(graceMillis / 1000.0 + LOOK_BACK_SECONDS)
                .addOffsetDateTime(since))
        .map(
            rows -> {
              Set<UUID> found = HashSet.newHashSet(rows.size());
              OffsetDateTime at = null;
              for (Row row : rows) {
                at = row.getOffsetDateTime(0);
                UUID sender = row.getUUID(1);
                if (sender != null) {
                  found.add(sender);
                }
              }
              return new Changes(Objects.requireNonNull(at), found);
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
