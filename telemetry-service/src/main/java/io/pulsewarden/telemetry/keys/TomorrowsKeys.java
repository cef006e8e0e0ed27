package io.pulsewarden.telemetry.keys;

import io.pulsewarden.envelope.BaseKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Fetches the next day's keys before midnight, for whoever has the present day's in hand, so that
 * midnight finds them there: without it every patient's first message of the day would ask key
 * management at once, and wait. Each subject has a moment of its own, drawn at random, so that many
 * instances don't ask at once either. Thread-safe.
 *
 * <p>What can't be had is asked for again a little later, and after midnight as any other key.
 */
final class TomorrowsKeys {

  private static final System.Logger LOG = System.getLogger(TomorrowsKeys.class.getName());
  private static final Duration DAY = Duration.ofDays(1);

  /** Nothing begins so short before midnight; what fails then is asked for once more at least. */
  private static final Duration RESERVE = Duration.ofMinutes(2);

  /** What failed is asked for again within this time: half the reserve, so that it fits into it. */
  private static final Duration AGAIN = RESERVE.dividedBy(2);

  private final KeyCache cache;
  private final CachedBaseKeys keys;
  private final Duration ahead;
  private final Clock clock;
  private final RandomGenerator random;
  // When each of tomorrow's keys is due; Instant.MAX once it was asked for.
  private final Map<Lookup.OfSubject, Instant> due = new HashMap<>();

  /**
   * @param ahead how long before midnight it begins
   * @throws IllegalArgumentException if the keys would expire before they are used, or there is no
   *     time to spread them over
   */
  TomorrowsKeys(
      KeyCache cache, CachedBaseKeys keys, Duration ahead, Clock clock, RandomGenerator random) {
    if (ahead.compareTo(RESERVE) <= 0 || ahead.compareTo(Duration.ofHours(1)) >= 0) {
      throw new IllegalArgumentException("ahead of time is between two minutes and an hour");
    }
    this.cache = cache;
    this.keys = keys;
    this.ahead = ahead;
    this.clock = clock;
    this.random = random;
  }

  /** Asks for what is due now. Called again and again; returns at once. */
  void fetchDue() {
    List<Lookup.OfSubject> now = takeDue();
    if (now.isEmpty()) {
      return;
    }
    var _ =
        keys.lookUp(now)
            .handle(
                (answers, failure) -> {
                  if (failure == null) {
                    again(notKept(now, answers));
                  } else {
                    LOG.log(
                        System.Logger.Level.DEBUG, "the next day's keys can't be had yet", failure);
                    again(now);
                  }
                  return null;
                });
  }

  /** What the cache refused, since something was evicted meanwhile. Zeroes these copies. */
  private List<Lookup.OfSubject> notKept(List<Lookup.OfSubject> asked, List<KeyAnswer> answers) {
    List<Lookup.OfSubject> refused = new ArrayList<>();
    for (int i = 0; i < asked.size(); i++) {
      if (answers.get(i) instanceof KeyAnswer.Available(BaseKey key)) {
        key.close();
        if (!cache.holds(asked.get(i))) {
          refused.add(asked.get(i));
        }
      }
    }
    return refused;
  }

  private synchronized List<Lookup.OfSubject> takeDue() {
    Instant now = clock.instant();
    Instant midnight = Instant.EPOCH.plus(DAY.multipliedBy(day(now) + 1));
    int tomorrow = Math.toIntExact(day(midnight));
    due.keySet().removeIf(each -> each.epoch() != tomorrow);
    Instant begin = midnight.minus(ahead);
    if (now.isBefore(begin)) {
      return List.of();
    }
    List<Lookup.OfSubject> taken = new ArrayList<>();
    // What is in hand is not dropped for what is not needed yet; with a stale feed nothing is kept.
    int room = cache.room();
    for (Lookup.OfSubject today : cache.subjects(tomorrow - 1)) {
      Lookup.OfSubject next = new Lookup.OfSubject(today.subject(), today.purpose(), tomorrow);
      Instant at = due.computeIfAbsent(next, _ -> begin.plus(jitter()));
      if (!at.isAfter(now) && taken.size() < room) {
        due.put(next, Instant.MAX);
        taken.add(next);
      }
    }
    return taken;
  }

  private synchronized void again(List<Lookup.OfSubject> failed) {
    Instant now = clock.instant();
    for (Lookup.OfSubject each : failed) {
      due.replace(each, now.plusMillis(random.nextLong(AGAIN.toMillis())));
    }
  }

  private Duration jitter() {
    return Duration.ofMillis(random.nextLong(ahead.minus(RESERVE).toMillis()));
  }

  private static long day(Instant at) {
    return Math.floorDiv(at.getEpochSecond(), DAY.toSeconds());
  }
}
