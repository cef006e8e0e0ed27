package io.pulsewarden.telemetry.store;

import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.Optional;
import java.util.UUID;

/** From a series id to whose series it is. Thread-safe. */
public final class SeriesStore {

  private final Pool pool;

  public SeriesStore(Pool pool) {
    this.pool = pool;
  }

  /** A series of readings; its code stands nowhere in clear. */
  public record Series(SeriesId id, UUID patient, UUID device, UUID source) {}

  /** Empty if the organisation has no such series. */
  public Uni<Optional<Series>> find(UUID organisation, SeriesId id) {
    return pool.preparedQuery(
            """
            SELECT patient_id, device_id, source_id FROM series
            WHERE organisation_id = $1 AND series_id = $2\
            """)
        .execute(Tuple.of(organisation, Buffer.buffer(id.bytes())))
        .map(
            rows -> {
              for (Row row : rows) {
                return Optional.of(new Series(id, row.getUUID(0), row.getUUID(1), row.getUUID(2)));
              }
              return Optional.empty();
            });
  }
}
