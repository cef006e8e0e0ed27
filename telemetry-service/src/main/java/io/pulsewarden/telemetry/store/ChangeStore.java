package io.pulsewarden.telemetry.store;

import io.pulsewarden.telemetry.vitals.Change;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/**
 * A patient's blocks in the order of their last change, up to a watermark before which nothing can
 * be committed any more (docs/adr/0106-a-watermark-below-which-nothing-commits.md): who goes on
 * from the last change that was served misses none. Thread-safe.
 */
public final class ChangeStore {

  /** Beyond what anybody means, and within what the database can hold. */
  private static final long MAX_MILLIS = Instant.parse("9999-12-31T23:59:59Z").toEpochMilli();

  private final Pool pool;
  private final VitalBlockStore blocks;

  public ChangeStore(Pool pool, VitalBlockStore blocks) {
    this.pool = pool;
    this.blocks = blocks;
  }

  /** A patient's changes from one millisecond to another, both included. */
  public record Span(UUID organisation, UUID patient, long fromMillis, long untilMillis) {}

  /**
   * The next changes.
   *
   * @param rows that have some of them, and perhaps others
   * @param frontier nothing else changed up to and with this one
   * @param exhausted nothing changed behind it, for now
   */
  public record Step(List<StoredBlock> rows, Change frontier, boolean exhausted) {}

  /**
   * What a moment looks like of which it is known what can't change any more.
   *
   * @param blocks as they were then
   * @param end nothing is committed before this time that was not then
   */
  public record Moment(VitalBlockStore blocks, OffsetDateTime end) {}

  /** Runs {@code use} on what there is now. */
  public <T> Uni<T> now(Span span, Function<Moment, Uni<T>> use) {
    // In this order: the snapshot has all that the watermark's statement found to be committed.
    // Whole milliseconds, so that who goes on by the time that was shown has had all of it.
    return pool.query("SELECT date_trunc('milliseconds', commit_watermark())")
        .execute()
        .map(rows -> end(span, rows.iterator().next().getOffsetDateTime(0)))
        .chain(end -> blocks.inSnapshot(snapshot -> use.apply(new Moment(snapshot, end))));
  }

  /**
   * The next changes, of plain blocks and of compacted rows.
   *
   * @param after those behind this one
   * @param plain so many plain blocks
   * @param compacted so many compacted rows; to be raised where the frontier did not move
   */
  public static Uni<Step> changed(
      Moment moment, Span span, Change after, int plain, int compacted) {
    return plain(moment, span, after, plain)
        .chain(
            blocks ->
                compacted(moment, span, after, compacted)
                    .map(rows -> step(moment, blocks, plain, rows, compacted)));
  }

  private static Step step(
      Moment moment,
      List<StoredBlock> blocks,
      int plain,
      List<StoredBlock> compacted,
      int compactedLimit) {
    Change frontier = new Change(micros(moment.end()), -1, -1);
    boolean exhausted = true;
    if (blocks.size() == plain) {
      frontier = blocks.getLast().change();
      exhausted = false;
    }
    if (compacted.size() == compactedLimit) {
      // Those behind it begin later.
      Change first = new Change(compacted.getLast().change().micros(), -1, -1);
      frontier = first.compareTo(frontier) < 0 ? first : frontier;
      exhausted = false;
    }
    List<StoredBlock> rows = new ArrayList<>(blocks);
    rows.addAll(compacted);
    return new Step(rows, frontier, exhausted);
  }

  private static OffsetDateTime end(Span span, OffsetDateTime watermark) {
    OffsetDateTime end = time(Math.min(span.untilMillis(), MAX_MILLIS) + 1, ChronoUnit.MILLIS);
    return end.isBefore(watermark) ? end : watermark;
  }

  private static Uni<List<StoredBlock>> plain(Moment moment, Span span, Change after, int limit) {
    return moment
        .blocks()
        .rows(
            """
            WHERE organisation_id = $1 AND subject_id = $2 AND subject_kind = 1
              AND schema_version < 3
              AND (coalesce(changed_at, committed_at), b.partition, b.message_offset) > ($3, $4, $5)
              AND coalesce(changed_at, committed_at) >= $6
              AND coalesce(changed_at, committed_at) < $7
            ORDER BY coalesce(changed_at, committed_at), b.partition, b.message_offset LIMIT $8\
            """,
            Tuple.tuple()
                .addUUID(span.organisation())
                .addUUID(span.patient())
                .addOffsetDateTime(time(after.micros(), ChronoUnit.MICROS))
                .addInteger(after.partition())
                .addLong(after.offset())
                .addOffsetDateTime(from(span))
                .addOffsetDateTime(moment.end())
                .addInteger(limit))
        .map(VitalBlockStore::blocks);
  }

  /** Those whose blocks' changes are not all behind, in order of their first. */
  private static Uni<List<StoredBlock>> compacted(
      Moment moment, Span span, Change after, int limit) {
    OffsetDateTime from = time(after.micros(), ChronoUnit.MICROS);
    OffsetDateTime later = from(span).isAfter(from) ? from(span) : from;
    return moment
        .blocks()
        .rows(
            """
            WHERE organisation_id = $1 AND subject_id = $2 AND schema_version = 3
              AND committed_at >= $3 AND committed_at < $4 AND changed_at >= $5
            ORDER BY committed_at, b.partition, b.message_offset LIMIT $6\
            """,
            Tuple.of(
                span.organisation(),
                span.patient(),
                // Their commits lie in one hour.
                later.minusHours(1),
                moment.end(),
                later,
                limit))
        .map(VitalBlockStore::blocks);
  }

  private static OffsetDateTime from(Span span) {
    return time(Math.min(span.fromMillis(), MAX_MILLIS), ChronoUnit.MILLIS);
  }

  static long micros(OffsetDateTime time) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, time.toInstant());
  }

  private static OffsetDateTime time(long since, ChronoUnit unit) {
    return Instant.EPOCH.plus(since, unit).atOffset(ZoneOffset.UTC);
  }
}
