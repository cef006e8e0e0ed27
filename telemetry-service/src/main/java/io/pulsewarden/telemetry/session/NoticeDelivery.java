package io.pulsewarden.telemetry.session;

import io.pulsewarden.telemetry.gap.Gap;
import io.pulsewarden.telemetry.gap.Notice;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Brings a listening device its notice: when it begins to listen, and whenever something else is
 * missing than it was told. On the session's thread, but for {@link #isListening} and {@link
 * #isDue}.
 */
final class NoticeDelivery {

  private final Peer peer;
  private volatile boolean listening;
  private volatile boolean due;
  private @Nullable List<Gap> told;

  NoticeDelivery(Peer peer) {
    this.peer = peer;
  }

  /** The device listens from now on: it is told what it was told before, too. */
  void listen() {
    told = null;
    due = true;
    listening = true;
  }

  void stopListening() {
    listening = false;
    due = false;
  }

  boolean isListening() {
    return listening;
  }

  /** Whether it waits for its first notice. */
  boolean isDue() {
    return due;
  }

  /**
   * How the device's numbering stands.
   *
   * @param notice null if it has none
   */
  void offer(@Nullable Notice notice) {
    if (!listening) {
      return;
    }
    due = false;
    if (notice != null && !notice.missing().equals(told)) {
      told = notice.missing();
      peer.sendNotice(notice.json());
    }
  }
}
