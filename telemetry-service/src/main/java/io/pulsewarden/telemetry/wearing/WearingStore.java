package io.pulsewarden.telemetry.wearing;

import io.pulsewarden.telemetry.store.WearingCheckStore;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** Which device states were announced, and which devices are to be looked at. Thread-safe. */
final class WearingStore {

  private final Pool pool;

  WearingStore(Pool pool) {
    this.pool = pool;
  }

  /**
   * A device whose blocks are to be looked at.
   *
   * @param generation by which the look is reported as done
   */
  record Due(UUID device, long generation) {}

  /**
   * Announces the states that are newer than what was announced, and asks for a look at their
   * devices. A crash before the commit leaves them unannounced: whoever reads the feed next, which
   * is each instance when it starts, announces them. A crash after it leaves the look due, for any
   * instance.
   */
  Uni<Void> announce(Map<UUID, Long> versions) {
    // In order of device, so that two instances never wait for each other.
    Map<UUID, Long> inOrder = new TreeMap<>(versions);
    Tuple columns =
        Tuple.tuple()
            .addValue(inOrder.keySet().toArray(UUID[]::new))
            .addValue(inOrder.values().toArray(Long[]::new));
    return pool.withTransaction(
        connection ->
            WearingCheckStore.holdStoring(connection)
                .chain(
                    () ->
                        connection
                            .preparedQuery(
                                """
                                WITH newer AS (
                                  INSERT INTO device_wearing AS w (device_id, version)
                                  SELECT * FROM unnest($1::uuid[], $2::bigint[])
                                  ON CONFLICT (device_id) DO UPDATE SET version = excluded.version
                                  WHERE w.version < excluded.version
                                  RETURNING device_id)
                                INSERT INTO wearing_check AS c (device_id)
                                SELECT device_id FROM newer ORDER BY device_id
                                ON CONFLICT (device_id)
                                DO UPDATE SET generation = c.generation + 1""")
                            .execute(columns))
                .replaceWithVoid());
  }

  /** Asks for a look at each device that holds readings. */
  Uni<Void> askForAllThatHold() {
    return pool.query(
            """
            INSERT INTO wearing_check AS c (device_id)
            SELECT DISTINCT device_id FROM vital_block WHERE subject_kind = 2 ORDER BY device_id
            ON CONFLICT (device_id) DO UPDATE SET generation = c.generation + 1""")
        .execute()
        .replaceWithVoid();
  }

  /** The next devices to look at, in order of id. */
  Uni<List<Due>> due(UUID after, int limit) {
    return pool.preparedQuery(
            "SELECT device_id, generation FROM wearing_check WHERE device_id > $1"
                + " ORDER BY device_id LIMIT $2")
        .execute(Tuple.of(after, limit))
        .map(
            rows -> {
              List<Due> due = new ArrayList<>();
              for (Row row : rows) {
                due.add(new Due(row.getUUID(0), row.getLong(1)));
              }
              return due;
            });
  }

  /** The announced version of the device's state; 0 if none was. */
  Uni<Long> announced(UUID device) {
    return pool.preparedQuery("SELECT version FROM device_wearing WHERE device_id = $1")
        .execute(Tuple.of(device))
        .map(
            rows -> {
              for (Row row : rows) {
                return row.getLong(0);
              }
              return 0L;
            });
  }

  /** The look is done, unless there was another reason for one meanwhile. */
  Uni<Void> done(Due due) {
    return pool.preparedQuery("DELETE FROM wearing_check WHERE device_id = $1 AND generation = $2")
        .execute(Tuple.of(due.device(), due.generation()))
        .replaceWithVoid();
  }
}
