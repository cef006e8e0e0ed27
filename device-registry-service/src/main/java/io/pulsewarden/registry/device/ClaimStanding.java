package io.pulsewarden.registry.device;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What became of a claim so far. */
public record ClaimStanding(
    Instant expiresAt,
    @Nullable Instant usedAt,
    @Nullable Instant voidedAt,
    @Nullable Instant lockedAt) {

  /** Why it can't be used at a time; empty if it can. */
  public Optional<ClaimRule> brokenRule(Instant now) {
    if (usedAt != null) {
      return Optional.of(ClaimRule.USED);
    }
    if (voidedAt != null) {
      return Optional.of(ClaimRule.REPLACED);
    }
    if (lockedAt != null) {
      return Optional.of(ClaimRule.LOCKED);
    }
    return now.isBefore(expiresAt) ? Optional.empty() : Optional.of(ClaimRule.EXPIRED);
  }
}
