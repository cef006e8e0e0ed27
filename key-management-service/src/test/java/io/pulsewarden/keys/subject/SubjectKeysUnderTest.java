package io.pulsewarden.keys.subject;

import io.pulsewarden.keys.kek.KekProvider;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.eclipse.microprofile.health.HealthCheckResponse;

/** Subject keys over rows in memory, and lives of the service that come one after the other. */
public final class SubjectKeysUnderTest {

  private final KeysInMemory rows = new KeysInMemory();
  private final Clock clock;

  public SubjectKeysUnderTest(Clock clock) {
    this.clock = clock;
  }

  /** A service that has nothing in memory yet. */
  public SubjectKeys life(KekProvider keks) {
    return new SubjectKeys(
        rows, keks, new UnwrappedKeys(clock, Duration.ofMinutes(5), 50_000), clock);
  }

  /** What readiness says of the provider: {@code up}, or the reason. */
  public static String health(SubjectKeys keys) {
    HealthCheckResponse said = new KekHealth(keys).call().await().atMost(Duration.ofSeconds(30));
    return said.getStatus() == HealthCheckResponse.Status.UP
        ? "up"
        : String.valueOf(said.getData().orElseThrow().get("reason"));
  }

  /** The subject's only key. */
  public UUID idOf(Subject subject) {
    return rows.ofSubjects(Set.of(subject)).toCompletableFuture().join().getFirst().id();
  }

  /** The shards that these subjects are in. */
  public static long shards(List<Subject> subjects) {
    return subjects.stream().map(WrapContext::kek).distinct().count();
  }
}
