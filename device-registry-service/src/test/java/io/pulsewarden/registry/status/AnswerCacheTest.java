package io.pulsewarden.registry.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AnswerCacheTest {

  private static final int ANSWER_BYTES = 1_000;

  private final Clock clock = Clock.systemUTC();

  @Test
  void shouldKeepNoMoreBytesThanItMay() {
    AnswerCache cache = new AnswerCache(clock, 20L * ANSWER_BYTES);
    cache.informed(true);

    for (int i = 0; i < 1_000; i++) {
      cache.put(question(i), about(UUID.randomUUID()), cache.generation());
      assertThat(cache.size()).isBetween(1, 21);
    }
    assertThat(cache.get(question(999))).as("the newest is always there").isPresent();
  }

  @Test
  void shouldKeepNothingThatWasReadBeforeAChange() {
    AnswerCache cache = new AnswerCache(clock);
    cache.informed(true);
    UUID device = UUID.randomUUID();
    long since = cache.generation();
    cache.put(question(1), about(device), since);
    assertThat(cache.get(question(1))).isPresent();

    cache.changed(device);
    cache.put(question(2), about(device), since);

    assertThat(cache.get(question(1))).isEmpty();
    assertThat(cache.get(question(2))).isEmpty();
  }

  @Test
  void shouldForgetEveryAnswerAboutAChangedDeviceThoughItWasClearedMeanwhile() throws Exception {
    AnswerCache cache = new AnswerCache(clock, 5L * ANSWER_BYTES);
    cache.informed(true);
    List<UUID> devices = Stream.generate(UUID::randomUUID).limit(50).toList();
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      for (int round = 0; round < 200; round++) {
        List<Future<?>> putting = new ArrayList<>();
        for (int thread = 0; thread < 4; thread++) {
          int from = thread;
          putting.add(
              threads.submit(
                  () ->
                      IntStream.range(0, 50)
                          .forEach(
                              i ->
                                  cache.put(
                                      question(50 * from + i),
                                      about(devices.get(i)),
                                      cache.generation()))));
        }
        for (Future<?> each : putting) {
          each.get();
        }
        devices.forEach(cache::changed);
        assertThat(IntStream.range(0, 200).filter(i -> cache.get(question(i)).isPresent()))
            .isEmpty();
      }
    }
  }

  private StatusAnswer about(UUID device) {
    Instant now = clock.instant();
    return new StatusAnswer(
        new byte[ANSWER_BYTES], now, now.plus(Duration.ofHours(1)), Set.of(device), true);
  }

  private static byte[] question(int number) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
  }
}
