package io.pulsewarden.telemetry.session;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.OptionalInt;

/**
 * The longest silence that we take, for a device that asks for a longer one or for any. Vert.x
 * closes those that break the keep alive they asked for. On the connection's event loop.
 */
final class KeepAliveEndpoint {

  /** In one and a half keep alives, which is what MQTT allows. */
  private static final int LOOKS = 3;

  private final int wantedSeconds;
  private final Duration longest;
  private boolean heard;
  private int silentLooks;

  /**
   * Of one connection.
   *
   * @param wantedSeconds as in CONNECT; 0 for none
   */
  KeepAliveEndpoint(int wantedSeconds, Duration longest) {
    this.wantedSeconds = wantedSeconds;
    this.longest = longest;
  }

  /** What the device has to keep to instead of what it asked for (MQTT 5, section 3.2.2.3.14). */
  OptionalInt instead() {
    return wantedSeconds == 0 || wantedSeconds > longest.toSeconds()
        ? OptionalInt.of(Math.toIntExact(longest.toSeconds()))
        : OptionalInt.empty();
  }

  /** The device sent a packet. */
  void heard() {
    heard = true;
  }

  /**
   * Begins to listen.
   *
   * @return what ends it; to be called once
   */
  Runnable watch(Vertx vertx, Runnable fellSilent) {
    if (instead().isEmpty()) {
      return () -> {};
    }
    long timer =
        vertx.setPeriodic(Math.max(1, longest.toMillis() * 3 / 2 / LOOKS), _ -> look(fellSilent));
    return () -> vertx.cancelTimer(timer);
  }

  private void look(Runnable fellSilent) {
    silentLooks = heard ? 0 : silentLooks + 1;
    heard = false;
    if (silentLooks == LOOKS) {
      fellSilent.run();
    }
  }
}
