package io.pulsewarden.telemetry.keys;

import io.pulsewarden.envelope.BaseKey;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Base keys from the cache; what it lacks is fetched in batches, each key once however many ask for
 * it at a time.
 */
final class CachedBaseKeys implements BaseKeys {

  private final KeyGateway gateway;
  private final KeyCache cache;
  private final Clock clock;
  private final Map<Lookup, Flight> flights = new ConcurrentHashMap<>();

  CachedBaseKeys(KeyGateway gateway, KeyCache cache, Clock clock) {
    this.gateway = gateway;
    this.cache = cache;
    this.clock = clock;
  }

  @Override
  public CompletionStage<List<KeyAnswer>> all(List<KeyRequest> requests) {
    return lookUp(requests.stream().map(request -> Lookup.of(request, clock)).toList());
  }

  /** As the default, by a shorter way to what is in hand: each message asks for one key. */
  @Override
  public CompletionStage<KeyAnswer> current(KeySubject subject, Purpose purpose) {
    Lookup lookup = new Lookup.OfSubject(subject, purpose, purpose.epoch(clock));
    return cache
        .find(lookup)
        .<CompletionStage<KeyAnswer>>map(CompletableFuture::completedFuture)
        .orElseGet(() -> lookUp(List.of(lookup)).thenApply(List::getFirst));
  }

  /** The same, of epochs that the caller chose. */
  CompletionStage<List<KeyAnswer>> lookUp(List<? extends Lookup> wanted) {
    List<CompletableFuture<KeyAnswer>> answers = new ArrayList<>();
    Map<Lookup, Flight> started = new LinkedHashMap<>();
    for (Lookup each : wanted) {
      answers.add(find(each, started));
    }
    List<Lookup> lookups = List.copyOf(started.keySet());
    for (int from = 0; from < lookups.size(); from += KeyGateway.LIMIT) {
      fetch(lookups.subList(from, Math.min(lookups.size(), from + KeyGateway.LIMIT)), started);
    }
    return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
        .handle((_, failure) -> gather(answers, failure));
  }

  private CompletableFuture<KeyAnswer> find(Lookup lookup, Map<Lookup, Flight> started) {
    while (true) {
      Optional<KeyAnswer> kept = cache.find(lookup);
      if (kept.isPresent()) {
        return CompletableFuture.completedFuture(kept.get());
      }
      Flight mine = new Flight();
      Flight other = flights.putIfAbsent(lookup, mine);
      Flight flight = other == null ? mine : other;
      Optional<CompletableFuture<KeyAnswer>> answer = flight.join();
      if (answer.isPresent()) {
        if (other == null) {
          started.put(lookup, mine);
        }
        return answer.get();
      }
      // It landed in between: what it brought is in the cache, or a flight of one's own is due.
      flights.remove(lookup, flight);
    }
  }

  private void fetch(List<Lookup> lookups, Map<Lookup, Flight> started) {
    long mark = cache.mark();
    CompletionStage<List<Fetched>> fetching;
    try {
      fetching = gateway.fetch(lookups);
    } catch (RuntimeException refused) {
      fetching = CompletableFuture.failedFuture(refused);
    }
    CompletionStage<Void> _ =
        fetching.handle(
            (fetched, failure) -> {
              for (int i = 0; i < lookups.size(); i++) {
                Lookup lookup = lookups.get(i);
                Flight flight = started.get(lookup);
                if (flight != null) {
                  land(lookup, flight, failure == null ? fetched.get(i) : null, failure, mark);
                }
              }
              return null;
            });
  }

  private void land(
      Lookup lookup,
      Flight flight,
      @Nullable Fetched fetched,
      @Nullable Throwable failure,
      long mark) {
    if (fetched == null) {
      flights.remove(lookup, flight);
      flight.fail(new KeysUnavailableException("key management can't be asked", failure));
    } else if (fetched.answer() instanceof KeyAnswer.Available(BaseKey key)) {
      try (key) {
        cache.put(lookup, key, fetched.expiresAt(), mark);
        flights.remove(lookup, flight);
        flight.land(fetched.answer());
      }
    } else {
      flights.remove(lookup, flight);
      flight.land(fetched.answer());
    }
  }

  private static List<KeyAnswer> gather(
      List<CompletableFuture<KeyAnswer>> answers, @Nullable Throwable failure) {
    if (failure == null) {
      return answers.stream().map(CompletableFuture::join).toList();
    }
    for (CompletableFuture<KeyAnswer> answer : answers) {
      if (!answer.isCompletedExceptionally()
          && answer.join() instanceof KeyAnswer.Available(BaseKey key)) {
        key.close();
      }
    }
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    throw new KeysUnavailableException("keys can't be had now", cause);
  }
}
