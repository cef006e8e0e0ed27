package io.pulsewarden.keys.subject;

import io.pulsewarden.secret.SecretBytes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Unwrapped subject keys, for minutes and so many at most; what goes is zeroed. Thread-safe.
 *
 * <p>All entries live equally long, so that the oldest always expires first.
 */
final class UnwrappedKeys implements AutoCloseable {

  private record Entry(Subject subject, boolean seals, SecretBytes bytes, Instant expiresAt) {}

  private final Clock clock;
  private final Duration lifetime;
  private final int limit;
  private final LinkedHashMap<UUID, Entry> entries = new LinkedHashMap<>();
  private final Map<Subject, UUID> current = new HashMap<>();
  private long evictions;

  UnwrappedKeys(Clock clock, Duration lifetime, int limit) {
    this.clock = clock;
    this.lifetime = lifetime;
    this.limit = limit;
  }

  Duration lifetime() {
    return lifetime;
  }

  /** To be taken before rows are read; see {@link #put}. */
  synchronized long mark() {
    return evictions;
  }

  /**
   * Takes the bytes over. Keeps them, unless something was forgotten since {@code mark}: the row
   * may have been read just before its destruction, and nothing would forget it any more.
   */
  synchronized void put(StoredKey key, SecretBytes bytes, long mark) {
    drop(key.id());
    if (mark != evictions) {
      bytes.close();
      return;
    }
    boolean seals = key.state() == SubjectKeyState.ACTIVE;
    entries.put(key.id(), new Entry(key.subject(), seals, bytes, clock.instant().plus(lifetime)));
    if (seals) {
      current.put(key.subject(), key.id());
    }
    while (entries.size() > limit) {
      drop(entries.firstEntry().getKey());
    }
  }

  /** The key that this subject's data is sealed with now. */
  synchronized Optional<SubjectKey.Live> current(Subject subject) {
    return Optional.ofNullable(current.get(subject)).flatMap(this::byId);
  }

  /** That key. */
  synchronized Optional<SubjectKey.Live> byId(UUID id) {
    dropExpired();
    return Optional.ofNullable(entries.get(id))
        .map(
            entry -> new SubjectKey.Live(id, entry.subject().organisation(), entry.bytes().copy()));
  }

  /** Zeroes what is past its time, read or not. */
  synchronized void dropExpired() {
    Instant now = clock.instant();
    Iterator<Map.Entry<UUID, Entry>> oldestFirst = entries.entrySet().iterator();
    while (oldestFirst.hasNext()) {
      Map.Entry<UUID, Entry> oldest = oldestFirst.next();
      if (oldest.getValue().expiresAt().isAfter(now)) {
        return;
      }
      oldestFirst.remove();
      forget(oldest.getKey(), oldest.getValue());
    }
  }

  /** Zeroes these: they were destroyed, or something else seals now. */
  synchronized void forget(Collection<UUID> ids) {
    evictions++;
    ids.forEach(this::drop);
  }

  /** Zeroes all. */
  synchronized void clear() {
    evictions++;
    entries.values().forEach(entry -> entry.bytes().close());
    entries.clear();
    current.clear();
  }

  private void drop(UUID id) {
    Entry entry = entries.remove(id);
    if (entry != null) {
      forget(id, entry);
    }
  }

  private void forget(UUID id, Entry entry) {
    entry.bytes().close();
    current.remove(entry.subject(), id);
  }

  @Override
  public void close() {
    clear();
  }
}
