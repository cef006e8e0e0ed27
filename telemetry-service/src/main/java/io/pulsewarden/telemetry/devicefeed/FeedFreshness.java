package io.pulsewarden.telemetry.devicefeed;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How old the feed is: the age of the oldest among the partitions' last heartbeats, by the
 * registry's clock, so that reading an old backlog does not look fresh. Thread-safe.
 */
@Singleton
public final class FeedFreshness {

  private static final long NEVER = Long.MIN_VALUE;

  private final Clock clock;
  private final Duration noNewSessionsAfter;
  private final Duration noSessionsAfter;
  private final Map<Integer, Long> lastHeartbeat = new ConcurrentHashMap<>();
  private volatile boolean readToTheEnd;

  @Inject
  FeedFreshness(Clock clock, DeviceFeedConfiguration limits) {
    this(clock, limits.noNewSessionsAfter(), limits.noSessionsAfter());
  }

  /**
   * A feed that nothing was read of.
   *
   * @param noNewSessionsAfter older: whom the registry cut off since is not known, so nobody new
   *     comes in
   * @param noSessionsAfter older: sessions close
   */
  public FeedFreshness(Clock clock, Duration noNewSessionsAfter, Duration noSessionsAfter) {
    this.clock = clock;
    this.noNewSessionsAfter = noNewSessionsAfter;
    this.noSessionsAfter = noSessionsAfter;
  }

  /** Whether new sessions may be opened. */
  public boolean admitsSessions() {
    return readToTheEnd && age().compareTo(noNewSessionsAfter) <= 0;
  }

  /** Whether open sessions may stay. */
  public boolean keepsSessions() {
    return age().compareTo(noSessionsAfter) <= 0;
  }

  /** Age of the feed; centuries before the first heartbeat of each partition. */
  public Duration age() {
    long oldest = lastHeartbeat.values().stream().mapToLong(Long::longValue).min().orElse(NEVER);
    return oldest == NEVER
        ? Duration.ofDays(365_000)
        : Duration.ofMillis(Math.max(0, clock.millis() - oldest));
  }

  /**
   * The topic is read from the beginning and has so many partitions. Heartbeats heard before still
   * count: sessions outlive a reader that starts again.
   */
  void expect(int partitions) {
    readToTheEnd = false;
    lastHeartbeat.keySet().removeIf(partition -> partition >= partitions);
    for (int partition = 0; partition < partitions; partition++) {
      lastHeartbeat.putIfAbsent(partition, NEVER);
    }
  }

  void heartbeat(int partition, long atMillis) {
    // A registry whose clock is ahead must not make the feed look fresh in time to come.
    lastHeartbeat.merge(partition, Math.min(atMillis, clock.millis()), Math::max);
  }

  void caughtUp() {
    readToTheEnd = true;
  }
}
