package io.pulsewarden.telemetry.session;

import io.pulsewarden.telemetry.presence.Connection;
import io.pulsewarden.telemetry.presence.Elsewhere;
import io.pulsewarden.telemetry.presence.Presence;
import io.pulsewarden.telemetry.presence.Resumption;
import io.pulsewarden.telemetry.presence.Subscriptions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;

/** An instance that fails to learn what goes on elsewhere, until it is let. */
final class DeafPresence implements Presence {

  private final Presence presence;
  private final AtomicInteger missed = new AtomicInteger();
  private volatile boolean hears;

  DeafPresence(Presence presence) {
    this.presence = presence;
  }

  /** How many looks it missed. */
  int missed() {
    return missed.get();
  }

  void hear() {
    hears = true;
  }

  @Override
  public CompletionStage<Elsewhere> openedElsewhere(Duration lookBack) {
    if (hears) {
      return presence.openedElsewhere(lookBack);
    }
    missed.incrementAndGet();
    return CompletableFuture.failedFuture(new IllegalStateException("no database"));
  }

  @Override
  public CompletionStage<Resumption> opened(Connection connection) {
    return presence.opened(connection);
  }

  @Override
  public void subscribed(Connection connection, Subscriptions subscriptions) {
    presence.subscribed(connection, subscriptions);
  }

  @Override
  public void configured(Connection connection, long version) {
    presence.configured(connection, version);
  }

  @Override
  public void closed(Connection connection, String reason, long expirySeconds) {
    presence.closed(connection, reason, expirySeconds);
  }

  @Override
  public void takenOver(Connection connection) {
    presence.takenOver(connection);
  }
}
