package io.pulsewarden.telemetry.keys;

import io.pulsewarden.envelope.BaseKey;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Base keys in hand until they expire, are evicted, or are too many; then they are zeroed. Used
 * while the key feed is fresh, and not otherwise. Thread-safe.
 */
final class KeyCache implements KeyChanges {

  private record Entry(BaseKey key, Lookup.@Nullable OfSubject current, Instant expiresAt) {}

  private final Clock clock;
  private final KeyFeed feed;
  private final int limit;
  private final Sealers sealers;
  private final LinkedHashMap<Lookup.ById, Entry> entries = new LinkedHashMap<>();
  private final Map<Lookup.OfSubject, Lookup.ById> current = new HashMap<>();
  private long evictions;

  /**
   * @param limit how many keys are kept at most
   * @param sealers forget what is evicted here
   */
  KeyCache(Clock clock, KeyFeed feed, int limit, Sealers sealers) {
    this.clock = clock;
    this.feed = feed;
    this.limit = limit;
    this.sealers = sealers;
  }

  /** A copy, if there is one that may be used. */
  Optional<KeyAnswer> find(Lookup lookup) {
    return feed.fresh() ? copyOf(lookup) : Optional.empty();
  }

  private Optional<KeyAnswer> copyOf(Lookup lookup) {
    Lookup.ById id;
    synchronized (this) {
      id =
          switch (lookup) {
            case Lookup.OfSubject of -> current.get(of);
            case Lookup.ById by -> by;
          };
      Entry entry = id == null ? null : entries.get(id);
      if (id == null || entry == null) {
        return Optional.empty();
      }
      if (entry.expiresAt().isAfter(clock.instant())) {
        return Optional.of(new KeyAnswer.Available(entry.key().copy()));
      }
      drop(id);
    }
    sealers.forget(List.of(id));
    return Optional.empty();
  }

  /** The subjects whose key of this epoch is in hand, having been asked for by subject. */
  synchronized List<Lookup.OfSubject> subjects(int epoch) {
    return current.keySet().stream().filter(each -> each.epoch() == epoch).toList();
  }

  synchronized boolean holds(Lookup.OfSubject lookup) {
    return current.containsKey(lookup);
  }

  /** How many more keys would be kept now, without one being dropped for it. */
  int room() {
    return feed.fresh() ? free() : 0;
  }

  private synchronized int free() {
    return limit - entries.size();
  }

  /** To be taken before keys are fetched; see {@link #put}. */
  synchronized long mark() {
    return evictions;
  }

  /**
   * Keeps a copy, unless something was evicted since {@code mark}: the key may have been fetched
   * just before its destruction, and nothing would evict it any more.
   */
  void put(Lookup lookup, BaseKey key, Instant expiresAt, long mark) {
    if (feed.fresh()) {
      sealers.forget(keep(lookup, key, expiresAt, mark));
    }
  }

  /** Tells what had to go for it. */
  private synchronized List<Lookup.ById> keep(
      Lookup lookup, BaseKey key, Instant expiresAt, long mark) {
    if (mark != evictions) {
      return List.of();
    }
    Lookup.ById id = new Lookup.ById(key.subjectKeyId(), lookup.purpose(), key.epoch());
    Entry before = entries.get(id);
    Lookup.OfSubject subject =
        lookup instanceof Lookup.OfSubject of ? of : before == null ? null : before.current();
    drop(id);
    entries.put(id, new Entry(key.copy(), subject, expiresAt));
    if (subject != null) {
      current.put(subject, id);
    }
    List<Lookup.ById> going = new ArrayList<>();
    while (entries.size() > limit) {
      Lookup.ById oldest = entries.firstEntry().getKey();
      drop(oldest);
      going.add(oldest);
    }
    return going;
  }

  /** Zeroes all keys of this subject key. */
  @Override
  public void changed(UUID subjectKeyId) {
    synchronized (this) {
      evictions++;
      var _ = dropAll((id, _) -> id.subjectKeyId().equals(subjectKeyId));
    }
    sealers.forget(subjectKeyId);
  }

  /** Zeroes everything. */
  @Override
  public void missed() {
    synchronized (this) {
      evictions++;
      var _ = dropAll((_, _) -> true);
    }
    sealers.clear();
  }

  /** Zeroes what expired, asked for or not. */
  void dropExpired() {
    Instant now = clock.instant();
    List<Lookup.ById> expired;
    synchronized (this) {
      expired = dropAll((_, entry) -> !entry.expiresAt().isAfter(now));
    }
    sealers.forget(expired);
  }

  private List<Lookup.ById> dropAll(BiPredicate<Lookup.ById, Entry> which) {
    List<Lookup.ById> going = new ArrayList<>();
    entries.forEach(
        (id, entry) -> {
          if (which.test(id, entry)) {
            going.add(id);
          }
        });
    going.forEach(this::drop);
    return going;
  }

  private void drop(Lookup.ById id) {
    Entry entry = entries.remove(id);
    if (entry != null) {
      entry.key().close();
      if (entry.current() != null) {
        current.remove(entry.current(), id);
      }
    }
  }
}
