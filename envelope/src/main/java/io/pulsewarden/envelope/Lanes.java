package io.pulsewarden.envelope;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** A few {@link Lane}s of one key that wait for their next envelope. Thread-safe, without locks. */
final class Lanes implements AutoCloseable {

  /** A power of two. More threads than this at a time make lanes that are not kept. */
  private static final int KEPT = 8;

  private final AtomicReferenceArray<@Nullable Lane> idle = new AtomicReferenceArray<>(KEPT);
  private volatile boolean closed;

  /** One that nobody else has. */
  Lane take() {
    int first = firstSlot();
    for (int i = 0; i < KEPT; i++) {
      int slot = (first + i) & (KEPT - 1);
      if (idle.get(slot) != null) {
        Lane lane = idle.getAndSet(slot, null);
        if (lane != null) {
          return lane;
        }
      }
    }
    return Lane.forEnvelopes();
  }

  void give(Lane lane) {
    int first = firstSlot();
    for (int i = 0; i < KEPT && !closed; i++) {
      if (idle.compareAndSet((first + i) & (KEPT - 1), null, lane)) {
        if (closed) {
          // It may have come after close had looked here.
          close();
        }
        return;
      }
    }
    lane.forget();
  }

  /** What is out forgets its key when it comes back. */
  @Override
  public void close() {
    closed = true;
    for (int slot = 0; slot < KEPT; slot++) {
      Lane lane = idle.getAndSet(slot, null);
      if (lane != null) {
        lane.forget();
      }
    }
  }

  /** Threads begin to look at different places, and each where it left its own. */
  private static int firstSlot() {
    return (int) Thread.currentThread().threadId() & (KEPT - 1);
  }
}
