package io.pulsewarden.registry.est;

import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.contracts.audit.v1.AuditOutcome;
import io.pulsewarden.registry.access.SystemWorkStore;
import io.pulsewarden.registry.budget.MinuteBudget;
import io.pulsewarden.registry.device.ClaimRule;
import io.pulsewarden.registry.feed.DeviceAudit;
import io.pulsewarden.registry.feed.FeedStore;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * Records refusals, and keeps a flood of them out of the audit log: one entry a minute for who and
 * why, a hundred a minute in all; the metric counts each.
 */
@ApplicationScoped
class RefusalStore {

  private static final int PER_MINUTE = 100;

  private final SystemWorkStore work;
  private final WrongClaimStore claims;
  private final FeedStore feed;
  private final DeviceAudit audit;
  private final MinuteBudget<String> each;
  private final MinuteBudget<String> all;

  RefusalStore(
      SystemWorkStore work,
      WrongClaimStore claims,
      FeedStore feed,
      DeviceAudit audit,
      Clock clock) {
    this.work = work;
    this.claims = claims;
    this.feed = feed;
    this.audit = audit;
    this.each = new MinuteBudget<>(1, clock);
    this.all = new MinuteBudget<>(PER_MINUTE, clock);
  }

  /**
   * Counts a wrong claim, and audits the refusal unless the same was audited this minute.
   *
   * @param device null if none is known
   */
  Uni<Void> refused(Proof proof, @Nullable DeviceLook device, Refusal refusal) {
    if (device != null
        && refusal instanceof Refusal.ByClaim(ClaimRule rule)
        && rule == ClaimRule.UNKNOWN) {
      return claims
          .count(device.id(), session -> feed.audit(session, locked(device)))
          .chain(tries -> afterTry(tries, proof, device, refusal));
    }
    return audit(proof, device, refusal);
  }

  private Uni<Void> afterTry(int tries, Proof proof, DeviceLook device, Refusal refusal) {
    return tries == WrongClaimStore.MAX_WRONG_TRIES
        ? Uni.createFrom().voidItem()
        : audit(proof, device, refusal);
  }

  /** Whatever the budget says: a lock happens once for each claim that somebody made. */
  private AuditEvent locked(DeviceLook device) {
    return audit
        .byDevice(AuditAction.AUDIT_ACTION_CLAIM_LOCKED, device.organisationId(), device.id())
        .setOutcome(AuditOutcome.AUDIT_OUTCOME_DENIED)
        .setReasonCode(ClaimRule.LOCKED.code())
        .build();
  }

  private Uni<Void> audit(Proof proof, @Nullable DeviceLook device, Refusal refusal) {
    AuditEvent.Builder event = event(proof, device, refusal);
    String who = event.getEntity(0).getId();
    return each.take(who + ' ' + refusal.code()) && all.take("all")
        ? write(event)
        : Uni.createFrom().voidItem();
  }

  private AuditEvent.Builder event(Proof proof, @Nullable DeviceLook device, Refusal refusal) {
    AuditAction action =
        refusal instanceof Refusal.ByClaim
            ? AuditAction.AUDIT_ACTION_CLAIM_REFUSED
            : AuditAction.AUDIT_ACTION_CERTIFICATE_REFUSED;
    AuditEvent.Builder event =
        device == null
            ? byStranger(action, proof)
            : audit.byDevice(action, device.organisationId(), device.id());
    return event.setOutcome(AuditOutcome.AUDIT_OUTCOME_DENIED).setReasonCode(refusal.code());
  }

  private AuditEvent.Builder byStranger(AuditAction action, Proof proof) {
    return switch (proof) {
      case Proof.ByClaim(Credentials credentials) ->
          audit.byStranger(action, credentials.deviceId());
      case Proof.ByCertificate certificate ->
          audit.byUnknownCertificate(action, certificate.fingerprint());
      case Proof.ByManufacturer maker -> audit.byUnknownCertificate(action, maker.fingerprint());
    };
  }

  private Uni<Void> write(AuditEvent.Builder event) {
    return work.withTransaction(session -> feed.audit(session, event.build()));
  }
}
