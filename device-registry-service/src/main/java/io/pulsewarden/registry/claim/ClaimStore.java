package io.pulsewarden.registry.claim;

import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.registry.access.Caller;
import io.pulsewarden.registry.access.WallStore;
import io.pulsewarden.registry.device.ClaimEntity;
import io.pulsewarden.registry.device.DeviceEntity;
import io.pulsewarden.registry.feed.DeviceAudit;
import io.pulsewarden.registry.feed.DeviceChangeStore;
import io.pulsewarden.registry.feed.FeedStore;
import io.pulsewarden.registry.idempotency.IdempotencyKey;
import io.pulsewarden.registry.idempotency.IdempotencyStore;
import io.pulsewarden.registry.problem.ProblemException;
import io.pulsewarden.registry.problem.ProblemType;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/** Makes and withdraws claims. A device has at most one that can be used. */
@ApplicationScoped
public class ClaimStore {

  private final WallStore wall;
  private final FeedStore feed;
  private final DeviceAudit audit;
  private final IdempotencyStore once;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();

  ClaimStore(
      WallStore wall, FeedStore feed, DeviceAudit audit, IdempotencyStore once, Clock clock) {
    this.wall = wall;
    this.feed = feed;
    this.audit = audit;
    this.once = once;
    this.clock = clock;
  }

  /**
   * A claim tells readers of the feed nothing: the device's version stays. What the key made before
   * can't be shown again, and must not be replaced by a repeat: somebody may have it (ADR 80).
   */
  Uni<ClaimView> create(Caller caller, UUID deviceId, Duration validFor, IdempotencyKey key) {
    ClaimSecret secret = ClaimSecret.draw(random);
    Instant now = clock.instant();
    ClaimEntity claim =
        new ClaimEntity(UUID.randomUUID(), deviceId, secret.hash(), now, now.plus(validFor));
    return wall.within(
            caller.organisationId(),
            session ->
                DeviceChangeStore.lock(session, caller.organisationId(), deviceId)
                    .chain(
                        device ->
                            once.of(
                                session,
                                caller,
                                key,
                                claim.id(),
                                () -> make(session, caller, device, claim),
                                earlier -> Uni.createFrom().failure(shownBefore()))))
        .replaceWith(() -> new ClaimView(deviceId, secret, claim.expiresAt()));
  }

  private Uni<Void> make(
      Mutiny.Session session, Caller caller, DeviceEntity device, ClaimEntity claim) {
    checkMayEnrol(device);
    return withdraw(session, device.id(), claim.createdAt())
        .chain(() -> session.persist(claim))
        .chain(
            () ->
                feed.audit(
                    session,
                    audit
                        .byUser(AuditAction.AUDIT_ACTION_CLAIM_CREATED, caller, device.id())
                        .addEntity(DeviceAudit.entity("Claim", claim.id().toString()))
                        .build()));
  }

  private static ProblemException shownBefore() {
    return new ProblemException(
        ProblemType.CLAIM_SHOWN.because(
            "Nothing was changed. If nobody has it, make another under another key."));
  }

  /** Makes every claim of a device unusable, in a transaction that has locked the device. */
  public static Uni<Void> withdraw(Mutiny.Session session, UUID device, Instant now) {
    return session
        .createMutationQuery(
            "update ClaimEntity c set c.voidedAt = :now"
                + " where c.deviceId = :device and c.usedAt is null and c.voidedAt is null")
        .setParameter("now", now)
        .setParameter("device", device)
        .executeUpdate()
        .replaceWithVoid();
  }

  private static void checkMayEnrol(DeviceEntity device) {
    if (!device.lifecycle().mayEnrol()) {
      throw new ProblemException(
          ProblemType.STATE_FORBIDS.because(
              "A device that is " + device.lifecycle().wire() + " can't enrol."));
    }
  }
}
