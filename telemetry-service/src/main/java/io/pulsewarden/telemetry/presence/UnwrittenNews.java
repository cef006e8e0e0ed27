package io.pulsewarden.telemetry.presence;

import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What is to be written of one connection: the newest of each kind, however often a device says
 * another while the database is slow. Thread-safe.
 */
final class UnwrittenNews {

  private static final long NONE = -1;

  private @Nullable Subscriptions waiting;
  private @Nullable Subscriptions written;
  private long version = NONE;

  /**
   * The device listens to these.
   *
   * @return whether to ask for a turn to write; if not, one was asked for and has not come
   */
  synchronized boolean subscribed(Subscriptions now) {
    boolean first = waiting == null;
    waiting = now;
    return first;
  }

  /** The turn has come: what to write, unless that is there. */
  synchronized Optional<Subscriptions> takeSubscriptions() {
    Subscriptions newest = waiting;
    waiting = null;
    if (newest == null || newest.equals(written)) {
      return Optional.empty();
    }
    // Until it is known what is there.
    written = null;
    return Optional.of(newest);
  }

  /** These are there now. */
  synchronized void written(Subscriptions subscriptions) {
    written = subscriptions;
  }

  /**
   * The device has this version of its configuration.
   *
   * @return as {@link #subscribed}
   */
  synchronized boolean configured(long acknowledged) {
    boolean first = version == NONE;
    version = Math.max(version, acknowledged);
    return first;
  }

  /** The turn has come: the version to write. */
  synchronized OptionalLong takeVersion() {
    long newest = version;
    version = NONE;
    return newest == NONE ? OptionalLong.empty() : OptionalLong.of(newest);
  }
}
