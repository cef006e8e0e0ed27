package io.pulsewarden.renewal;

import io.vertx.pgclient.PgConnectOptions;
import java.util.HashMap;
import java.util.Map;

/**
 * How long PostgreSQL keeps a session of which it hears nothing. A machine that loses power, or a
 * network that is cut, ends no connection: by the kernel's own settings its session, and every lock
 * that it holds, would stand for more than two hours.
 */
final class SilentSessions {

  /** Each may be set otherwise by the service; a client that is gone is noticed within 25 s. */
  private static final Map<String, String> LIMITS =
      Map.of(
          "tcp_keepalives_idle", "10s",
          "tcp_keepalives_interval", "5s",
          "tcp_keepalives_count", "3",
          "tcp_user_timeout", "20s",
          // A frozen process answers the kernel's probes, and holds what its transaction locked.
          "idle_in_transaction_session_timeout", "30s");

  private SilentSessions() {}

  /** A copy of these options whose sessions end. */
  static PgConnectOptions bounded(PgConnectOptions options) {
    Map<String, String> properties = new HashMap<>(LIMITS);
    properties.putAll(options.getProperties());
    return new PgConnectOptions(options).setProperties(properties);
  }
}
