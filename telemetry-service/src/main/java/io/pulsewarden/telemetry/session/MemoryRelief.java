package io.pulsewarden.telemetry.session;

import io.pulsewarden.telemetry.intake.IntakeBudget;
import jakarta.inject.Singleton;

/**
 * Closes sessions a few at a time while little memory is left: those first that have most waiting.
 * They come back one after the other, and not all at once when Kafka does. Thread-safe.
 */
@Singleton
final class MemoryRelief {

  /** One in so many sessions at most, and at least one, at each look. */
  private static final int SHARE = 20;

  private static final System.Logger LOG = System.getLogger(MemoryRelief.class.getName());

  private final IntakeBudget budget;
  private final SessionRegistry sessions;

  MemoryRelief(IntakeBudget budget, SessionRegistry sessions) {
    this.budget = budget;
    this.sessions = sessions;
  }

  /**
   * To be called every few hundred milliseconds, at irregular times. What sessions that have ended
   * leave behind waits on until Kafka has it or it is given up: it counts as given back, or one
   * session after the other would be closed for it in vain.
   */
  void check() {
    long excess = budget.excess() - sessions.leavingBytes();
    if (excess <= 0) {
      return;
    }
    int closing = 0;
    for (DeviceSession session : sessions.heaviest(Math.max(1, sessions.size() / SHARE))) {
      if (excess <= 0) {
        break;
      }
      excess -= session.waitingBytes();
      session.close(CloseReason.NO_MEMORY_LEFT);
      closing++;
    }
    if (closing > 0) {
      LOG.log(
          System.Logger.Level.WARNING,
          "little memory left for what waits for Kafka, closing sessions: count={0}",
          closing);
    }
  }
}
