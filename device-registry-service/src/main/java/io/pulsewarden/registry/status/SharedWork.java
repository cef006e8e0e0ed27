package io.pulsewarden.registry.status;

import io.smallrye.mutiny.Uni;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One attempt at a time for each key, shared by all who come while it goes on. Who comes too late
 * for it waits for the next, which begins after it and is shared as well. What fails, fails for
 * those who wait for it, and nothing of it is kept. Thread-safe.
 *
 * @param <K> what is made; few of them, or memory grows
 */
final class SharedWork<K, V> {

  /**
   * Something that is being made.
   *
   * @param result begins when it is subscribed to
   * @param current whether it is good for whoever comes now, when it has begun already
   */
  record Attempt<V>(Uni<V> result, BooleanSupplier current) {}

  private final Map<K, Turn<V>> running = new HashMap<>();

  private static final class Turn<V> {
    private final Supplier<Attempt<V>> begin;
    private final CompletableFuture<V> made = new CompletableFuture<>();

    /** Before it begins it is good for all. */
    private volatile BooleanSupplier current = () -> true;

    private @Nullable Turn<V> next;

    private Turn(Supplier<Attempt<V>> begin) {
      this.begin = begin;
    }
  }

  /**
   * What is being made, or made for this and others. The work goes on if one of them leaves.
   *
   * @param begin called at most once
   */
  Uni<V> share(K key, Supplier<Attempt<V>> begin) {
    return Uni.createFrom()
        .emitter(
            asker -> {
              var _ =
                  join(key, begin)
                      .whenComplete(
                          (value, failure) -> {
                            if (failure == null) {
                              asker.complete(value);
                            } else {
                              asker.fail(failure);
                            }
                          });
            });
  }

  private CompletableFuture<V> join(K key, Supplier<Attempt<V>> begin) {
    Turn<V> mine;
    synchronized (this) {
      Turn<V> now = running.get(key);
      if (now != null) {
        if (now.current.getAsBoolean()) {
          return now.made;
        }
        if (now.next == null) {
          now.next = new Turn<>(begin);
        }
        return now.next.made;
      }
      mine = new Turn<>(begin);
      running.put(key, mine);
    }
    begin(key, mine);
    return mine.made;
  }

  private void begin(K key, Turn<V> turn) {
    Uni.createFrom()
        .deferred(
            () -> {
              Attempt<V> attempt = turn.begin.get();
              turn.current = attempt.current();
              return attempt.result();
            })
        .subscribe()
        .with(
            value -> end(key, turn, () -> turn.made.complete(value)),
            failure -> end(key, turn, () -> turn.made.completeExceptionally(failure)));
  }

  /** Nobody joins any more before those who wait are told. */
  private void end(K key, Turn<V> turn, Runnable tell) {
    Turn<V> next;
    synchronized (this) {
      next = turn.next;
      if (next == null) {
        running.remove(key);
      } else {
        running.put(key, next);
      }
    }
    tell.run();
    if (next != null) {
      begin(key, next);
    }
  }
}
