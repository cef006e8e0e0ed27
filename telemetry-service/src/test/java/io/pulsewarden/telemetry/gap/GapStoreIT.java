package io.pulsewarden.telemetry.gap;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewarden.telemetry.TelemetryServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(TelemetryServers.class)
class GapStoreIT {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Inject Pool pool;

  private final UUID device = UUID.randomUUID();

  @Test
  void shouldFindWhatChangedSoLongAgoAtMost() {
    pool.preparedQuery(
            "INSERT INTO device_numbering (source_id, organisation_id, newest, gaps_changed_at)"
                + " VALUES ($1, $1, 1, now() - interval '5 minutes')")
        .execute(Tuple.of(device))
        .await()
        .atMost(PATIENCE);
    GapStore store = new GapStore(pool);

    assertThat(changed(store, Duration.ofMinutes(4))).doesNotContain(device);
    assertThat(changed(store, Duration.ofMinutes(6))).contains(device);
  }

  private static Set<UUID> changed(GapStore store, Duration lookBack) {
    return store.changed(lookBack).await().atMost(PATIENCE);
  }
}
