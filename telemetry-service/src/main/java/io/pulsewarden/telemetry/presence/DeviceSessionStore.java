package io.pulsewarden.telemetry.presence;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The table of sessions. All times are the database's, so that instances agree. Thread-safe. */
@Singleton
public final class DeviceSessionStore {

  private final Pool pool;

  DeviceSessionStore(Pool pool) {
    this.pool = pool;
  }

  /**
   * Makes this connection the device's newest, unless there is one that the device opened after it.
   * It is open from the moment of this call, however late it is written: an attempt of some time
   * later takes no newer connection's place, and fails with a {@link SupersededException}. It fails
   * with an {@link UndecidedException} where it can't be told yet whether there is a session to
   * resume. A crash before the commit leaves the session that was there; after it, a session that
   * says it is connected: the device may resume it until others find this instance silent.
   */
  Uni<Resumption> open(Connection connection, UUID instance) {
    return open(connection, instance, System.nanoTime());
  }

  /**
   * One that was opened before this call.
   *
   * @param openedNanos when, by {@link System#nanoTime}
   */
  Uni<Resumption> open(Connection connection, UUID instance, long openedNanos) {
    return pool.withTransaction(
        sql ->
            before(sql, connection, instance)
                .call(
                    found ->
                        replace(
                            sql,
                            connection,
                            instance,
                            found.resumption(),
                            System.nanoTime() - openedNanos))
                .call(found -> remember(sql, found))
                .map(Before::resumption));
  }

  /**
   * What the device had.
   *
   * @param open its connection, if that is another instance's and has not ended as far as is known
   */
  private record Before(Resumption resumption, @Nullable Open open) {}

  private record Open(UUID connection, UUID instance, UUID device, UUID organisation) {}

  private static Uni<Before> before(SqlConnection sql, Connection connection, UUID instance) {
    return sql.preparedQuery(
            """
            SELECT s.receipts_qos, s.config_qos, s.notices_qos, s.connected_at, s.end_reason,
                   s.configuration_version, s.configuration_acknowledged_at, s.connection_id,
                   s.instance_id, s.expiry_seconds > 0 AS kept, s.disconnected_at IS NULL AS open,
                   coalesce(s.disconnected_at, silent.seen_at) AS disconnected_at,
                   coalesce(s.disconnected_at, silent.seen_at) IS NULL
                     OR coalesce(s.disconnected_at, silent.seen_at)
                       + make_interval(secs => s.expiry_seconds) > now() AS current,
                   %s AS sure
              FROM device_session s LEFT JOIN telemetry_instance silent
                ON silent.instance_id = s.instance_id AND silent.instance_id <> $1
                  AND silent.seen_at < now() - make_interval(secs => $4)
              WHERE s.device_id = $2 AND s.organisation_id = $3 FOR UPDATE OF s"""
                .formatted(InstanceStore.MAY_JUDGE))
        .execute(
            Tuple.of(
                instance,
                connection.device(),
                connection.organisation(),
                (double) InstanceStore.SILENT_SECONDS))
        .map(
            rows ->
                rows.size() == 0
                    ? new Before(Resumption.NOTHING, null)
                    : before(rows.iterator().next(), connection, instance));
  }

  private static Before before(Row row, Connection connection, UUID instance) {
    boolean open = row.getBoolean("open");
    boolean wanted = connection.resume() && row.getBoolean("kept");
    boolean present = wanted && row.getBoolean("current");
    // A silence of an instance that nobody could hear is none.
    if (wanted && !present && open && !row.getBoolean("sure")) {
      throw new UndecidedException();
    }
    boolean elsewhere =
        !row.getUUID("instance_id").equals(instance)
            && !row.getUUID("connection_id").equals(connection.id());
    return new Before(
        new Resumption(
            present,
            present
                ? new Subscriptions(
                    row.getInteger("receipts_qos"),
                    row.getInteger("config_qos"),
                    row.getInteger("notices_qos"))
                : Subscriptions.NONE,
            lastSession(row)),
        open && elsewhere
            ? new Open(
                row.getUUID("connection_id"),
                row.getUUID("instance_id"),
                connection.device(),
                connection.organisation())
            : null);
  }

  /** Whose end its instance has to tell of, or others where it is dead. */
  private static Uni<Void> remember(SqlConnection sql, Before found) {
    Open open = found.open();
    return open == null
        ? Uni.createFrom().voidItem()
        : sql.preparedQuery(
                """
                INSERT INTO replaced_connection
                    (connection_id, instance_id, device_id, organisation_id)
                  SELECT $1::uuid, $2::uuid, $3::uuid, $4::uuid
                    WHERE EXISTS (SELECT FROM telemetry_instance
                      WHERE instance_id = $2 AND watching_since IS NOT NULL)
                  ON CONFLICT DO NOTHING""")
            .execute(
                Tuple.of(open.connection(), open.instance(), open.device(), open.organisation()))
            .replaceWithVoid();
  }

  private static Uni<Void> replace(
      SqlConnection sql, Connection connection, UUID instance, Resumption found, long ageNanos) {
    Subscriptions kept = found.subscriptions();
    // Not the time at which the transaction began: it may have waited for the row since, and its
    // age has that wait in it. An attempt whose commit was not heard of may find its own row.
    return sql.preparedQuery(
            """
            INSERT INTO device_session AS was (device_id, organisation_id, connection_id,
                instance_id, connected_at, expiry_seconds, receipts_qos, config_qos, notices_qos,
                recorded_at)
              VALUES ($1, $2, $3, $4, clock_timestamp() - make_interval(secs => $9), $5, $6, $7, $8,
                clock_timestamp())
              ON CONFLICT (device_id) DO UPDATE SET organisation_id = $2, connection_id = $3,
                instance_id = $4, connected_at = excluded.connected_at, disconnected_at = NULL,
                end_reason = NULL, presumed_lost = false, expiry_seconds = $5, receipts_qos = $6,
                config_qos = $7, notices_qos = $8, recorded_at = excluded.recorded_at,
                configuration_version = CASE WHEN was.organisation_id = $2
                  THEN was.configuration_version END
              WHERE was.connected_at <= excluded.connected_at
                OR was.connection_id = excluded.connection_id""")
        .execute(
            Tuple.tuple()
                .addUUID(connection.device())
                .addUUID(connection.organisation())
                .addUUID(connection.id())
                .addUUID(instance)
                .addLong(connection.expirySeconds())
                .addValue(small(kept.receipts()))
                .addValue(small(kept.config()))
                .addValue(small(kept.notices()))
                .addDouble(ageNanos / 1e9))
        .invoke(
            rows -> {
              if (rows.rowCount() == 0) {
                throw new SupersededException();
              }
            })
        .replaceWithVoid();
  }

  /** Of this connection alone: a newer one has said what it listens to itself. */
  Uni<Void> subscribe(Connection connection, Subscriptions subscriptions) {
    return run(
        """
        UPDATE device_session SET receipts_qos = $3, config_qos = $4, notices_qos = $5
          WHERE device_id = $1 AND connection_id = $2""",
        Tuple.of(connection.device(), connection.id())
            .addValue(small(subscriptions.receipts()))
            .addValue(small(subscriptions.config()))
            .addValue(small(subscriptions.notices())));
  }

  /** Versions only grow. */
  Uni<Void> configure(Connection connection, long version) {
    return run(
        """
        UPDATE device_session SET configuration_version = $3, configuration_acknowledged_at = now()
          WHERE device_id = $1 AND organisation_id = $2
            AND coalesce(configuration_version, -1) < $3""",
        Tuple.of(connection.device(), connection.organisation(), version));
  }

  /**
   * Of this connection alone: where a newer one stands, the device has not gone. A crash before it
   * leaves the session open, until others find this instance silent.
   */
  Uni<Void> close(Connection connection, String reason, long expirySeconds) {
    return run(
        """
        UPDATE device_session SET disconnected_at = now(), end_reason = $3, expiry_seconds = $4,
            presumed_lost = false
          WHERE device_id = $1 AND connection_id = $2""",
        Tuple.of(connection.device(), connection.id(), reason, expirySeconds));
  }

  /** Devices whose newest connection another instance wrote down in so long. */
  Uni<Map<UUID, UUID>> openedElsewhere(UUID instance, Duration lookBack) {
    return pool.preparedQuery(
            """
            SELECT device_id, connection_id FROM device_session
              WHERE (recorded_at > now() - make_interval(secs => $1)
                  OR connected_at > now() - make_interval(secs => $1))
                AND instance_id <> $2""")
        .execute(Tuple.of(lookBack.toMillis() / 1000.0, instance))
        .map(
            rows -> {
              Map<UUID, UUID> found = HashMap.newHashMap(rows.size());
              rows.forEach(
                  row -> found.put(row.getUUID("device_id"), row.getUUID("connection_id")));
              return found;
            });
  }

  /** The device's newest session, if it ever had one in this organisation. */
  public Uni<Optional<LastSession>> find(UUID organisation, UUID device) {
    return pool.preparedQuery(
            """
            SELECT connected_at, disconnected_at, end_reason, configuration_version,
                   configuration_acknowledged_at
              FROM device_session WHERE organisation_id = $1 AND device_id = $2""")
        .execute(Tuple.of(organisation, device))
        .map(
            rows ->
                rows.size() == 0
                    ? Optional.empty()
                    : Optional.of(lastSession(rows.iterator().next())));
  }

  private static LastSession lastSession(Row row) {
    return new LastSession(
        row.getOffsetDateTime("connected_at"),
        row.getOffsetDateTime("disconnected_at"),
        row.getString("end_reason"),
        row.getLong("configuration_version"),
        row.getOffsetDateTime("configuration_acknowledged_at"));
  }

  private Uni<Void> run(String sql, Tuple parameters) {
    return pool.preparedQuery(sql).execute(parameters).replaceWithVoid();
  }

  private static @Nullable Short small(@Nullable Integer qos) {
    return qos == null ? null : qos.shortValue();
  }
}
