package io.pulsewarden.telemetry.gap;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewarden.telemetry.TelemetryServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(TelemetryServers.class)
class GapStoreIT {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final long GRACE_MILLIS = 30_000;

  @Inject Pool pool;

  private final UUID device = UUID.randomUUID();

  /** Its database was away for five minutes, say. */
  @Test
  void shouldFindWhatChangedWhileAnInstanceCouldNotLook() {
    pool.preparedQuery(
            "INSERT INTO device_numbering (source_id, organisation_id, newest, gaps_changed_at)"
                + " VALUES ($1, $1, 1, now() - interval '5 minutes')")
        .execute(Tuple.of(device))
        .await()
        .atMost(PATIENCE);
    GapStore store = new GapStore(pool);

    GapStore.Changes now = changed(store, null);
    assertThat(now.senders()).doesNotContain(device);
    assertThat(changed(store, now.at()).senders()).doesNotContain(device);
    assertThat(changed(store, now.at().minusMinutes(5)).senders()).contains(device);
    assertThat(changed(store, now.at().minusMinutes(4)).senders()).doesNotContain(device);
  }

  private static GapStore.Changes changed(GapStore store, @Nullable OffsetDateTime since) {
    return store.changed(GRACE_MILLIS, since).await().atMost(PATIENCE);
  }
}
