package io.pulsewarden.telemetry.presence;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** Presence as another instance has it. */
public final class TestPresence {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private TestPresence() {}

  /**
   * Writes two connections of one device down, the newer one first, as where an instance waited for
   * the database.
   *
   * @return the one that any instance then finds to be the newest
   */
  public static UUID newest(DeviceSessionStore store, Connection older, Connection newer) {
    store.open(newer, UUID.randomUUID()).await().indefinitely();
    long before = System.nanoTime() - Duration.ofMinutes(1).toNanos();
    assertThatThrownBy(() -> store.open(older, UUID.randomUUID(), before).await().indefinitely())
        .isInstanceOf(SupersededException.class);
    // One whose commit was not heard of is written again, and is not behind itself.
    store.open(newer, UUID.randomUUID(), before).await().indefinitely();
    return newest(store, newer.device());
  }

  /**
   * Writes two connections of one device down, the older one first; the newer one waits for the row
   * for longer than they are apart, as where a commit takes its time.
   *
   * @return the one that any instance then finds to be the newest
   */
  public static UUID newestAfterAWait(
      Pool pool, DeviceSessionStore store, Connection older, Connection newer) {
    UUID device = older.device();
    store.open(older, UUID.randomUUID()).await().indefinitely();
    CompletableFuture<Resumption> opening =
        pool.withTransaction(
                sql ->
                    sql.preparedQuery("SELECT FROM device_session WHERE device_id = $1 FOR UPDATE")
                        .execute(Tuple.of(device))
                        .map(_ -> store.open(newer, UUID.randomUUID()).subscribeAsCompletionStage())
                        .call(_ -> waited(pool, device)))
            .await()
            .atMost(PATIENCE);
    opening.join();
    return newest(store, device);
  }

  private static Uni<Void> waited(Pool pool, UUID device) {
    return pool.preparedQuery(
            """
            SELECT FROM pg_stat_activity a, device_session d
              WHERE d.device_id = $1 AND a.wait_event_type = 'Lock'
                AND a.query LIKE '%FROM device_session%FOR UPDATE'
                AND clock_timestamp() - a.xact_start > a.xact_start - d.connected_at""")
        .execute(Tuple.of(device))
        .chain(rows -> rows.size() > 0 ? Uni.createFrom().voidItem() : waited(pool, device));
  }

  private static UUID newest(DeviceSessionStore store, UUID device) {
    return Objects.requireNonNull(
        store
            .openedElsewhere(UUID.randomUUID(), Duration.ofMinutes(1))
            .await()
            .indefinitely()
            .get(device));
  }

  /** How much the service keeps of connections that stand, or of which something is unwritten. */
  public static int kept(Presence presence) {
    return ((StoredPresence) presence).kept();
  }

  public static Presence ofAnotherInstance(DeviceSessionStore store, Map<String, Object> kafka) {
    return new StoredPresence(
        store, new DeviceActivityPublisher(kafka, Clock.systemUTC(), new SimpleMeterRegistry()));
  }
}
