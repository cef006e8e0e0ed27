package io.pulsewarden.keys.subject;

import io.pulsewarden.secret.SecretBytes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Unwrapped subject keys, for minutes and so many at most; what goes is zeroed. Thread-safe.
 *
 * <p>All entries live equally long, so that the oldest always expires first.
 */
final class UnwrappedKeys implements AutoCloseable {

  private record Entry(
      UUID organisation, List<WantedKey> serves, SecretBytes bytes, Instant expiresAt) {}

  /** What a clock that is being set right goes back without a jump. */
  private static final Duration CLOCK_NOISE = Duration.ofSeconds(1);

  private final Clock clock;
  private final Duration lifetime;
  private final int limit;
  private final LinkedHashMap<UUID, Entry> entries = new LinkedHashMap<>();
  private final Map<WantedKey, UUID> current = new HashMap<>();
  private long evictions;
  private Instant latest = Instant.EPOCH;

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
    List<WantedKey> serves =
        Stream.of(new WantedKey(key.subject(), false), new WantedKey(key.subject(), true))
            .filter(key::serves)
            .toList();
    Instant expiresAt = clock.instant().plus(lifetime);
    entries.put(key.id(), new Entry(key.subject().organisation(), serves, bytes, expiresAt));
    serves.forEach(wanted -> current.put(wanted, key.id()));
    while (entries.size() > limit) {
      drop(entries.firstEntry().getKey());
    }
  }

  /** That key of a subject. */
  synchronized Optional<SubjectKey.Live> current(WantedKey wanted) {
    return Optional.ofNullable(current.get(wanted)).flatMap(this::byId);
  }

  /** That key. */
  synchronized Optional<SubjectKey.Live> byId(UUID id) {
    dropExpired();
    return Optional.ofNullable(entries.get(id))
        .map(entry -> new SubjectKey.Live(id, entry.organisation(), entry.bytes().copy()));
  }

  /**
   * Zeroes what is past its time, read or not; and everything, if the clock went back, since then
   * nobody can say how long it has been here.
   */
  synchronized void dropExpired() {
    Instant now = clock.instant();
    if (now.isBefore(latest.minus(CLOCK_NOISE))) {
      clear();
      latest = now;
    } else if (now.isAfter(latest)) {
      latest = now;
    }
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
    entry.serves().forEach(wanted -> current.remove(wanted, id));
  }

  @Override
  public void close() {
    clear();
  }
}
