package io.pulsewarden.telemetry.quarantine;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

/** Who has as much in quarantine as may be there. Thread-safe. */
@Singleton
final class HeldQuarantineStore {

  private final Pool pool;

  HeldQuarantineStore(Pool pool) {
    this.pool = pool;
  }

  /** Devices, and organisations. */
  record Full(Set<UUID> devices, Set<UUID> organisations) {

    static final Full NONE = new Full(Set.of(), Set.of());

    Full {
      devices = Set.copyOf(devices);
      organisations = Set.copyOf(organisations);
    }
  }

  Uni<Full> full(HeldQuarantineConfiguration limits) {
    return ids(
            "SELECT device_id FROM quarantine_held WHERE inputs >= $1 OR bytes >= $2",
            Tuple.of(limits.deviceInputs(), limits.deviceBytes()))
        .chain(
            devices ->
                ids(
                        """
                        SELECT organisation_id FROM quarantine_held GROUP BY organisation_id
                          HAVING sum(inputs) >= $1 OR sum(bytes) >= $2""",
                        Tuple.of(limits.organisationInputs(), limits.organisationBytes()))
                    .map(organisations -> new Full(devices, organisations)));
  }

  private Uni<Set<UUID>> ids(String sql, Tuple limits) {
    return pool.preparedQuery(sql).execute(limits).map(HeldQuarantineStore::ids);
  }

  private static Set<UUID> ids(RowSet<Row> rows) {
    Set<UUID> ids = new HashSet<>();
    rows.forEach(row -> ids.add(row.getUUID(0)));
    return ids;
  }
}
