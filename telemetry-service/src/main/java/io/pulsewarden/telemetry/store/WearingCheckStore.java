package io.pulsewarden.telemetry.store;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.List;
import java.util.UUID;

/**
 * Makes sure that each stored block is held against what the registry said last, whichever of the
 * two comes first.
 *
 * <p>A message may be sealed by a device state that another instance knows to be old, and be stored
 * after that one has already looked for what the new state puts elsewhere. So storing takes this
 * lock with others, and whoever announces a state takes it alone, for a moment: a block is then
 * either committed before the announcement, and found by the look that follows it, or sees the
 * announcement here and asks for another look.
 */
public final class WearingCheckStore {

  /** Of this table's name; nothing else takes advisory locks in telemetry's database under it. */
  private static final long LOCK = 0x7765_6172_696e_67L;

  private WearingCheckStore() {}

  /**
   * Asks, in the connection's transaction, for a look at the devices whose blocks are on hold, or
   * were sealed by another state than the announced one.
   */
  static Uni<Void> stored(SqlConnection connection, List<StoredBlock> blocks) {
    if (blocks.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    Tuple columns =
        Tuple.tuple()
            .addValue(blocks.stream().map(StoredBlock::device).toArray(UUID[]::new))
            .addValue(blocks.stream().map(StoredBlock::deviceVersion).toArray(Long[]::new))
            .addValue(blocks.stream().map(StoredBlock::heldByDevice).toArray(Boolean[]::new));
    // Its own statement: the next one has to see what was committed while this one waited. In order
    // of device, so that two batches never wait for each other. Both are sent at once.
    return Uni.join()
        .all(
            connection
                .preparedQuery("SELECT pg_advisory_xact_lock_shared($1)")
                .execute(Tuple.of(LOCK)),
            connection
                .preparedQuery(
                    """
                        INSERT INTO wearing_check AS c (device_id)
                        SELECT DISTINCT s.device_id
                        FROM unnest($1::uuid[], $2::bigint[], $3::boolean[])
                          AS s(device_id, version, held)
                        LEFT JOIN device_wearing w ON w.device_id = s.device_id
                        WHERE s.held OR w.version IS DISTINCT FROM s.version
                        ORDER BY s.device_id
                        ON CONFLICT (device_id) DO UPDATE SET generation = c.generation + 1""")
                .execute(columns))
        .andFailFast()
        .replaceWithVoid();
  }

  /** Waits, in the connection's transaction, for what is being stored, and keeps more from it. */
  public static Uni<Void> holdStoring(SqlConnection connection) {
    return connection
        .preparedQuery("SELECT pg_advisory_xact_lock($1)")
        .execute(Tuple.of(LOCK))
        .replaceWithVoid();
  }
}
