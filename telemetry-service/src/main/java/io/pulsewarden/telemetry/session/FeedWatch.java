package io.pulsewarden.telemetry.session;

import io.pulsewarden.telemetry.devicefeed.FeedFreshness;
import jakarta.inject.Singleton;

/** Ends all sessions when nobody knows any more whom the registry has cut off. Thread-safe. */
@Singleton
final class FeedWatch {

  private static final System.Logger LOG = System.getLogger(FeedWatch.class.getName());

  private final FeedFreshness freshness;
  private final SessionRegistry sessions;

  FeedWatch(FeedFreshness freshness, SessionRegistry sessions) {
    this.freshness = freshness;
    this.sessions = sessions;
  }

  /** To be called every few seconds. */
  void check() {
    if (sessions.size() > 0 && !freshness.keepsSessions()) {
      LOG.log(System.Logger.Level.ERROR, "device feed is too old, closing all sessions");
      sessions.closeAll(CloseReason.FEED_STALE);
    }
  }
}
