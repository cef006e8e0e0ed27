package io.pulsewarden.telemetry.presence;

import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * What is kept of devices' sessions beyond their connections. Thread-safe. What is said of one
 * connection takes effect in the order in which it was said.
 */
public interface Presence {

  /**
   * A device connected: this connection is its newest from now on, whatever instance has another.
   *
   * @return what it goes on with; fails if that can't be known now, which matters to a device that
   *     wants to resume (the database is away, or has come back just now), and with a {@link
   *     SupersededException} if the device has opened a newer one meanwhile: then this one is to be
   *     ended, and {@link #takenOver} to be said of it
   */
  CompletionStage<Resumption> opened(Connection connection);

  /** The device listens to these topics now. */
  void subscribed(Connection connection, Subscriptions subscriptions);

  /** The device acknowledged its configuration. */
  void configured(Connection connection, long version);

  /**
   * The connection ended.
   *
   * @param reason such as {@code connection-lost}
   * @param expirySeconds how long the session is kept, as the device last said
   */
  void closed(Connection connection, String reason, long expirySeconds);

  /** The connection ended because the device has a newer one, which says what is true now. */
  void takenOver(Connection connection);

  /**
   * Devices that connected to other instances.
   *
   * @param lookBack how long ago at most; what was written down then may be older
   */
  CompletionStage<Elsewhere> openedElsewhere(Duration lookBack);
}
