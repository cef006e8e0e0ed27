package io.pulsewarden.registry.status;

import io.smallrye.mutiny.Uni;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * So much work at once, so much more that waits for its turn, and no more than that. Thread-safe.
 */
final class BoundedWork {

  private final int atOnce;
  private final int waitingAtMost;
  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private int running;

  /** Whether a thread hands out places: it sees those that come free meanwhile. */
  private boolean handing;

  BoundedWork(int atOnce, int waitingAtMost) {
    if (atOnce < 1 || waitingAtMost < 0) {
      throw new IllegalArgumentException("work that never begins");
    }
    this.atOnce = atOnce;
    this.waitingAtMost = waitingAtMost;
  }

  /**
   * What the work gives, in its turn; empty at once if too much waits already. Work that has begun
   * ends, whoever waits for it; what nobody waits for any more does not begin.
   */
  <T> Uni<Optional<T>> run(Supplier<Uni<T>> work) {
    return Uni.createFrom()
        .emitter(
            asker -> {
              Runnable begin =
                  () ->
                      Uni.createFrom()
                          .deferred(() -> work.get())
                          .onTermination()
                          .invoke(this::next)
                          .subscribe()
                          .with(value -> asker.complete(Optional.of(value)), asker::fail);
              switch (admit(begin)) {
                case BEGINS -> begin.run();
                case WAITS -> asker.onTermination(() -> leave(begin));
                case REFUSED -> asker.complete(Optional.empty());
              }
            });
  }

  private enum Admission {
    BEGINS,
    WAITS,
    REFUSED
  }

  private synchronized Admission admit(Runnable begin) {
    if (running < atOnce && waiting.isEmpty()) {
      running++;
      return Admission.BEGINS;
    }
    if (waiting.size() < waitingAtMost) {
      waiting.addLast(begin);
      return Admission.WAITS;
    }
    return Admission.REFUSED;
  }

  private synchronized void leave(Runnable begin) {
    waiting.remove(begin);
  }

  /** A loop, and not each from within the one before: work may end at once. */
  private void next() {
    synchronized (this) {
      running--;
      if (handing) {
        return;
      }
      handing = true;
    }
    for (Runnable begin = take(); begin != null; begin = take()) {
      begin.run();
    }
  }

  private synchronized @Nullable Runnable take() {
    Runnable begin = running < atOnce ? waiting.pollFirst() : null;
    if (begin == null) {
      handing = false;
    } else {
      running++;
    }
    return begin;
  }
}
