package io.pulsewarden.telemetry.session;

import io.pulsewarden.telemetry.intake.IntakeBudget;
import jakarta.inject.Singleton;

/**
 * Closes sessions a few at a time while little memory is left: those first that have most waiting.
 * They come back one after the other, and not all at once when Kafka does. Thread-safe.
 */
@Singleton
final class MemoryRelief {

  /** One in so many sessions, and at least one, at each look. */
  private static final int SHARE = 20;

  private static final System.Logger LOG = System.getLogger(MemoryRelief.class.getName());

  private final IntakeBudget budget;
  private final SessionRegistry sessions;

  MemoryRelief(IntakeBudget budget, SessionRegistry sessions) {
    this.budget = budget;
    this.sessions = sessions;
  }

  /** To be called every few hundred milliseconds, at irregular times. */
  void check() {
    if (budget.isTight() && sessions.size() > 0) {
      int count = Math.max(1, sessions.size() / SHARE);
      LOG.log(
          System.Logger.Level.WARNING,
          "little memory left for what waits for Kafka, closing sessions: count={0}",
          count);
      sessions.heaviest(count).forEach(session -> session.close(CloseReason.NO_MEMORY_LEFT));
    }
  }
}
