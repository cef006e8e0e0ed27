package io.pulsewarden.telemetry.traffic;

import java.time.Clock;
import java.time.Duration;

/** What is left of one device's limits, over all its connections. */
final class DeviceBuckets {

  private static final Duration NEWS_EACH = Duration.ofMinutes(1);

  final TokenBucket messages;
  final TokenBucket bytes;
  final TokenBucket quarantined;
  final TokenBucket subscriptions;
  final TokenBucket connects;

  /** Of what is said of the device at most once a minute. */
  final TokenBucket news;

  /** Sessions that stand; under the lock of the map that this is in. */
  int open;

  DeviceBuckets(Rates.OfDevice rates, Duration burst, Clock clock) {
    messages = bucket(rates.messages(), burst, clock);
    bytes = bucket(rates.bytes(), burst, clock);
    quarantined = bucket(rates.quarantined(), burst, clock);
    subscriptions = bucket(rates.subscriptions(), burst, clock);
    connects = bucket(rates.connects(), burst, clock);
    news = new TokenBucket(clock, 1.0 / NEWS_EACH.toSeconds(), 1);
  }

  /** Whether it says nothing that a new one would not. */
  boolean isForgettable() {
    return open == 0
        && messages.isFull()
        && bytes.isFull()
        && quarantined.isFull()
        && subscriptions.isFull()
        && connects.isFull()
        && news.isFull();
  }

  static TokenBucket bucket(double perSecond, Duration burst, Clock clock) {
    // One that holds less than one would never let anything through.
    double most = Math.max(1, perSecond * burst.toMillis() / 1_000);
    return new TokenBucket(clock, perSecond, most);
  }
}
