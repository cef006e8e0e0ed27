package io.pulsewarden.benchmarks.keys;

import com.fasterxml.jackson.databind.JsonNode;
import io.pulsewarden.benchmarks.Bench;
import io.pulsewarden.benchmarks.Figure;
import io.pulsewarden.benchmarks.Scenario;
import io.pulsewarden.platform.data.DataFolder;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Base keys for patients that key management has not met, for the same again, and their subject
 * keys wrapped anew. The KEKs are the keyring's. One message needs one key at most, and telemetry
 * asks for it once an hour: KEK calls for each key that is handed out bound those for each message
 * from above.
 */
public final class KeysScenario implements Scenario {

  private static final int BATCH = 1000;
  private static final int WARM_ROUNDS = 5;
  private static final double MILLION = 1e6;
  private static final double NANOS = 1e9;
  private static final Duration LOOK = Duration.ofMillis(200);

  /** A round of requests. */
  private record Round(double keys, double seconds, double kekCalls) {
    double rate() {
      return keys / seconds;
    }

    double callsPerMillion() {
      return kekCalls / keys * MILLION;
    }
  }

  @Override
  public String name() {
    return "keys";
  }

  @Override
  public String summary() {
    return "base keys cold and warm, KEK calls, keys wrapped anew; against bare HKDF and AES-GCM";
  }

  @Override
  public void run(Bench bench) throws Exception {
    BareCrypto bare = new BareCrypto(bench.quick() ? 20_000 : 200_000);
    try (KeyManagement keys = KeyManagement.of(new DataFolder(bench.platform().data()))) {
      UUID organisation = keys.organisation();
      List<List<UUID>> patients =
          Stream.generate(() -> Stream.generate(UUID::randomUUID).limit(BATCH).toList())
              .limit(bench.quick() ? 2 : 20)
              .toList();
      double hkdf = bare.derivations();
      Round cold = round(keys, organisation, patients);
      List<List<UUID>> again = new ArrayList<>();
      for (int i = 0; i < WARM_ROUNDS; i++) {
        again.addAll(patients);
      }
      Round warm = round(keys, organisation, again);
      String baseline = "HKDF-SHA-256 of the JDK, one thread";
      bench.report(new Figure("keys handed out, cold (made)", cold.rate(), "/s", baseline, hkdf));
      bench.report(new Figure("keys handed out, warm", warm.rate(), "/s", baseline, hkdf));
      bench.report(
          new Figure(
              "KEK calls per million messages, warm",
              warm.callsPerMillion(),
              "calls",
              "cold",
              cold.callsPerMillion()));
      bench.report(
          new Figure(
              "subject keys wrapped anew",
              rewrapped(keys),
              "/s",
              "AES-256-GCM of the JDK, one thread",
              bare.rewraps()));
    }
  }

  private static Round round(KeyManagement keys, UUID organisation, List<List<UUID>> batches)
      throws IOException, InterruptedException {
    long today = Clock.systemUTC().instant().getEpochSecond() / Duration.ofDays(1).toSeconds();
    double callsBefore = keys.kekCalls();
    long began = System.nanoTime();
    int handedOut = 0;
    for (List<UUID> batch : batches) {
      keys.keys(organisation, batch, today);
      handedOut += batch.size();
    }
    double seconds = (System.nanoTime() - began) / NANOS;
    return new Round(handedOut, seconds, keys.kekCalls() - callsBefore);
  }

  /** From the custodian's request to the last key, pauses between rounds of work included. */
  private static double rewrapped(KeyManagement keys) throws IOException, InterruptedException {
    keys.rotate();
    while (true) {
      Instant began = Instant.MAX;
      Instant ended = Instant.MIN;
      long rewrapped = 0;
      boolean finished = true;
      for (JsonNode each : keys.rotations()) {
        rewrapped += each.path("rewrapped").asLong();
        Instant requested = Instant.parse(each.path("requestedAt").asText());
        began = requested.isBefore(began) ? requested : began;
        if (each.path("finishedAt").isNull()) {
          finished = false;
        } else {
          Instant at = Instant.parse(each.path("finishedAt").asText());
          ended = at.isAfter(ended) ? at : ended;
        }
      }
      if (finished) {
        return rewrapped / (Duration.between(began, ended).toNanos() / NANOS);
      }
      Thread.sleep(LOOK);
    }
  }
}
