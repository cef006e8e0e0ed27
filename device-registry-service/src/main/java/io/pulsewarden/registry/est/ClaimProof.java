package io.pulsewarden.registry.est;

import io.pulsewarden.registry.device.ClaimRule;
import io.pulsewarden.registry.device.ClaimStanding;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Judges claims. Pure. */
final class ClaimProof {

  private ClaimProof() {}

  /** Of a device that is not known, and a claim that is not its own, the same is told. */
  static ProofVerdict judge(@Nullable DeviceLook look, Instant now) {
    ClaimStanding claim = look == null ? null : look.claim();
    if (look == null || claim == null) {
      return new ProofVerdict.Unproven(new Refusal.ByClaim(ClaimRule.UNKNOWN), look);
    }
    return claim
        .brokenRule(now)
        .<ProofVerdict>map(rule -> new ProofVerdict.Unproven(new Refusal.ByClaim(rule), look))
        .orElseGet(() -> ProofVerdict.Proven.first(look));
  }
}
