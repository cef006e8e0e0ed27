package io.pulsewarden.telemetry.intake;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Bytes that may wait for Kafka in the whole process: messages as they came, and what they become.
 * Thread-safe.
 */
public final class IntakeBudget {

  /** What a message takes besides its bytes: objects, futures, its place in queues. */
  public static final int PER_MESSAGE = 512;

  private final long limit;
  private final AtomicLong used = new AtomicLong();

  public IntakeBudget(long limitBytes) {
    this.limit = limitBytes;
  }

  /** Takes so much; false, and nothing taken, if it isn't there. */
  public boolean take(int bytes) {
    if (used.addAndGet(bytes) > limit) {
      used.addAndGet(-bytes);
      return false;
    }
    return true;
  }

  /** Whether less than a quarter is left. */
  public boolean isTight() {
    return excess() > 0;
  }

  /** Bytes that have to be given back until a quarter is left; 0 or less if it is. */
  public long excess() {
    return used.get() - (limit - limit / 4);
  }

  /** Gives back what was taken. */
  public void giveBack(int bytes) {
    used.addAndGet(-bytes);
  }

  /** Bytes that wait now. */
  public long used() {
    return used.get();
  }
}
