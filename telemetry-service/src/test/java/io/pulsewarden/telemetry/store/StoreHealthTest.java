package io.pulsewarden.telemetry.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.junit.jupiter.api.Test;

class StoreHealthTest {

  private final StoreThreads threads = new StoreThreads();
  private final StoreHealth health = new StoreHealth(threads);

  @Test
  void shouldNameTheThreadThatEnded() {
    // Given
    AtomicBoolean vitals = new AtomicBoolean(true);
    threads.watch("telemetry.vitals.v1", vitals::get);
    threads.watch("telemetry.quarantine.v1", () -> true);
    assertThat(health.call().getStatus()).isEqualTo(HealthCheckResponse.Status.UP);

    // When
    vitals.set(false);

    // Then
    HealthCheckResponse seen = health.call();
    assertThat(seen.getStatus()).isEqualTo(HealthCheckResponse.Status.DOWN);
    assertThat(seen.getData().orElseThrow())
        .containsEntry("telemetry.vitals.v1", false)
        .containsEntry("telemetry.quarantine.v1", true);
  }
}
