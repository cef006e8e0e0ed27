package io.pulsewarden.telemetry.keys;

import io.pulsewarden.envelope.BaseKey;
import io.pulsewarden.envelope.EnvelopeContext;
import io.pulsewarden.envelope.EnvelopeSealer;
import java.util.LinkedHashMap;
import java.util.UUID;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Predicate;

/**
 * Sealers kept for the next envelope, so that each base key's salt is drawn once and its ciphers
 * are used again. Bounded: the oldest goes first. What goes is zeroed, once nobody seals with it.
 * Thread-safe.
 */
public final class Sealers implements AutoCloseable {

  private record Id(UUID subjectKeyId, Purpose purpose, int epoch) {}

  private final int limit;
  // Sealing reads; making and dropping write, so that nothing is zeroed under somebody's hands.
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private final LinkedHashMap<Id, EnvelopeSealer> sealers = new LinkedHashMap<>();

  /**
   * @param limit how many are kept at most
   */
  public Sealers(int limit) {
    this.limit = limit;
  }

  byte[] seal(BaseKey key, Purpose purpose, EnvelopeContext context, byte[] plaintext) {
    Id id = new Id(key.subjectKeyId(), purpose, key.epoch());
    lock.readLock().lock();
    try {
      EnvelopeSealer kept = sealers.get(id);
      if (kept != null) {
        return kept.seal(context, plaintext);
      }
    } finally {
      lock.readLock().unlock();
    }
    lock.writeLock().lock();
    try {
      EnvelopeSealer made = sealers.computeIfAbsent(id, _ -> new EnvelopeSealer(key));
      byte[] envelope = made.seal(context, plaintext);
      if (sealers.size() > limit) {
        sealers.pollFirstEntry().getValue().close();
      }
      return envelope;
    } finally {
      lock.writeLock().unlock();
    }
  }

  /** Drops what seals under this subject key: it was destroyed or rotated. */
  public void forget(UUID subjectKeyId) {
    drop(id -> id.subjectKeyId().equals(subjectKeyId));
  }

  /** Drops all; the next envelope makes its sealer anew. */
  public void clear() {
    drop(_ -> true);
  }

  @Override
  public void close() {
    clear();
  }

  private void drop(Predicate<Id> which) {
    lock.writeLock().lock();
    try {
      sealers
          .entrySet()
          .removeIf(
              entry -> {
                boolean goes = which.test(entry.getKey());
                if (goes) {
                  entry.getValue().close();
                }
                return goes;
              });
    } finally {
      lock.writeLock().unlock();
    }
  }
}
