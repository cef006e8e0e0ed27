package io.pulsewarden.keys.erasure;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/** Who may do what to an erasure, and when. Pure. */
final class ErasureRules {

  private final Duration delay;

  /**
   * @param delay between confirmation and destruction, in which it can be called off
   */
  ErasureRules(Duration delay) {
    if (delay.isNegative()) {
      throw new IllegalArgumentException("the delay of an erasure is not negative");
    }
    this.delay = delay;
  }

  Decision request(Situation now, Patient patient, Code reason, Code legalBasis, Act by) {
    if (!now.known()) {
      return new Decision.Refuse(Refusal.UNKNOWN_PATIENT);
    }
    if (now.held()) {
      return new Decision.Refuse(Refusal.LEGAL_HOLD);
    }
    boolean stands =
        now.erasure().filter(one -> one.state() != ErasureState.CALLED_OFF).isPresent();
    return stands
        ? new Decision.Refuse(Refusal.ALREADY_REQUESTED)
        : new Decision.Become(
            Erasure.requested(UUID.randomUUID(), patient, reason, legalBasis, by));
  }

  Decision confirm(Situation now, Act by) {
    Erasure asked = now.erasure().filter(one -> one.state() == ErasureState.REQUESTED).orElse(null);
    if (asked == null) {
      return new Decision.Refuse(Refusal.NOT_REQUESTED);
    }
    if (now.held()) {
      return new Decision.Refuse(Refusal.LEGAL_HOLD);
    }
    return asked.requested().by().equals(by.by())
        ? new Decision.Refuse(Refusal.SAME_PERSON)
        : new Decision.Become(asked.confirmed(by, later(by.at(), now.now()).plus(delay)));
  }

  /** A process's clock that is behind must not cut the delay short, which nothing brings back. */
  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  /** One person is enough to keep data. */
  Decision callOff(Situation now, Act by) {
    return now.erasure()
        .filter(
            one -> one.state() == ErasureState.REQUESTED || one.state() == ErasureState.CONFIRMED)
        .<Decision>map(one -> new Decision.Become(one.calledOff(by)))
        .orElseGet(() -> new Decision.Refuse(Refusal.NOT_PENDING));
  }
}
