package io.pulsewarden.telemetry.keys;

import io.pulsewarden.envelope.BaseKey;
import io.pulsewarden.envelope.EnvelopeContext;
import io.pulsewarden.envelope.EnvelopeSealer;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Predicate;

/**
 * Sealers kept for the next envelope, so that each base key's salt is drawn once and its ciphers
 * are used again. Kept no longer than the cache keeps their keys, and bounded: the oldest goes
 * first. What goes is zeroed, once nobody seals with it. Thread-safe.
 */
public final class Sealers implements AutoCloseable {

  private final int limit;
  // Sealing reads; making and dropping write, so that nothing is zeroed under somebody's hands.
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private final LinkedHashMap<Lookup.ById, EnvelopeSealer> sealers = new LinkedHashMap<>();
  private final AtomicLong forgotten = new AtomicLong();

  /**
   * @param limit how many are kept at most
   */
  public Sealers(int limit) {
    this.limit = limit;
  }

  /** To be taken before a key is asked for; see {@link #seal}. */
  long mark() {
    return forgotten.get();
  }

  /**
   * Seals. The sealer is kept, unless something was forgotten since {@code mark}: that may have
   * been this key, and nothing would forget it any more.
   */
  byte[] seal(BaseKey key, Purpose purpose, EnvelopeContext context, byte[] plaintext, long mark) {
    Lookup.ById id = new Lookup.ById(key.subjectKeyId(), purpose, key.epoch());
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
      if (mark == forgotten.get()) {
        EnvelopeSealer made = sealers.computeIfAbsent(id, _ -> new EnvelopeSealer(key));
        byte[] envelope = made.seal(context, plaintext);
        if (sealers.size() > limit) {
          sealers.pollFirstEntry().getValue().close();
        }
        return envelope;
      }
    } finally {
      lock.writeLock().unlock();
    }
    try (EnvelopeSealer once = new EnvelopeSealer(key)) {
      return once.seal(context, plaintext);
    }
  }

  /** Drops what seals with these keys. */
  void forget(Collection<Lookup.ById> keys) {
    if (!keys.isEmpty()) {
      Set<Lookup.ById> going = Set.copyOf(keys);
      drop(going::contains);
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

  private void drop(Predicate<Lookup.ById> which) {
    lock.writeLock().lock();
    try {
      forgotten.incrementAndGet();
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
