package io.pulsewarden.telemetry.keys;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewarden.envelope.BaseKey;
import io.pulsewarden.envelope.EnvelopeContext;
import io.pulsewarden.telemetry.TelemetryServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What of a base key is in memory while it is in use, and once it was evicted or has expired. */
@QuarkusTest
@QuarkusTestResource(TelemetryServers.class)
@QuarkusTestResource(KeyManagementStandIn.class)
class KeysInMemoryIT {

  private static final int EPOCH = 20780;

  @Inject HttpKeyGatewayClient gateway;

  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
  private final Clock clock = new ReadClock(now);
  private final Sealers sealers = new Sealers(10);
  private final KeyCache cache = new KeyCache(clock, () -> true, 10, sealers);

  @Test
  void shouldZeroWhatIsEvicted() throws Exception {
    UUID id = UUID.randomUUID();
    byte[] key = fetchAndSeal(id);
    // The cache's and its sealer's.
    assertThat(LiveHeap.count(key)).containsExactly(2);

    cache.changed(id);

    assertThat(LiveHeap.count(key)).containsExactly(0);
  }

  @Test
  void shouldZeroWhatExpired() throws Exception {
    byte[] key = fetchAndSeal(UUID.randomUUID());
    assertThat(LiveHeap.count(key)).containsExactly(2);

    now.updateAndGet(before -> before.plus(Duration.ofHours(1)));
    cache.dropExpired();

    assertThat(LiveHeap.count(key)).containsExactly(0);
  }

  /** The key, masked. */
  private byte[] fetchAndSeal(UUID id) {
    byte[] key = new byte[BaseKey.LENGTH];
    new SecureRandom().nextBytes(key);
    KeyManagementStandIn.answer(
        200,
        """
        {"keys":[{"status":"ok","subjectKeyId":"%s","epoch":%d,"key":"%s","expiresAt":"%s"}]}
        """
            .formatted(
                id,
                EPOCH,
                Base64.getEncoder().encodeToString(key),
                clock.instant().plus(Duration.ofMinutes(50))));
    byte[] masked = LiveHeap.maskAndErase(key);
    CachedBaseKeys keys = new CachedBaseKeys(gateway, cache, clock);
    KeyAnswer answer = keys.byId(id, Purpose.VITALS, EPOCH).toCompletableFuture().join();
    try (BaseKey mine = ((KeyAnswer.Available) answer).baseKey()) {
      byte[] envelope =
          sealers.seal(
              mine,
              Purpose.VITALS,
              new EnvelopeContext("a", id, id, null, 0, 0, 1),
              new byte[1],
              sealers.mark());
      assertThat(envelope).isNotEmpty();
    }
    return masked;
  }

  private static final class ReadClock extends Clock {
    private final AtomicReference<Instant> now;

    ReadClock(AtomicReference<Instant> now) {
      this.now = now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return now.get();
    }
  }
}
