package io.pulsewarden.vault;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * So many requests at once; the next waits a moment for a place and then fails, so that a Vault
 * that is slow has a bounded number of our requests, and whoever calls us hears of it soon.
 * Thread-safe; waiting blocks.
 */
public final class VaultBulkhead {

  /** A place that is taken until it is closed. */
  interface Place extends AutoCloseable {
    @Override
    void close();
  }

  private final Semaphore places;
  private final Duration patience;

  /**
   * All places free.
   *
   * @param patience how long the next one waits
   */
  public VaultBulkhead(int places, Duration patience) {
    if (places < 1 || patience.isNegative()) {
      throw new IllegalArgumentException("at least one place, and no time before now");
    }
    this.places = new Semaphore(places);
    this.patience = patience;
  }

  /** For who asks one thing after the other. */
  public static VaultBulkhead unbounded() {
    return new VaultBulkhead(Integer.MAX_VALUE, Duration.ZERO);
  }

  /**
   * Takes a place.
   *
   * @throws VaultUnavailableException as {@link VaultFailure#BUSY} if none becomes free in time
   */
  Place enter() {
    try {
      if (places.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS)) {
        return places::release;
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
    throw new VaultUnavailableException(
        VaultFailure.BUSY, "too many requests to Vault wait for its answer", null);
  }
}
