package io.pulsewarden.registry.revocation;

import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.registry.access.Caller;
import io.pulsewarden.registry.claim.ClaimStore;
import io.pulsewarden.registry.device.DeviceEntity;
import io.pulsewarden.registry.device.DeviceView;
import io.pulsewarden.registry.feed.DeviceAudit;
import io.pulsewarden.registry.feed.DeviceChangeStore;
import io.pulsewarden.registry.feed.DeviceChangeStore.Change;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/** Cuts devices off: certificates, claims and state in one transaction with the feed's row. */
@ApplicationScoped
class RevocationStore {

  private final DeviceChangeStore changes;
  private final DeviceAudit audit;
  private final Clock clock;

  RevocationStore(DeviceChangeStore changes, DeviceAudit audit, Clock clock) {
    this.changes = changes;
    this.audit = audit;
    this.clock = clock;
  }

  /** Done again, it does the same again: nobody who revokes has to look first. */
  Uni<DeviceView> revoke(Caller caller, UUID deviceId, RevocationReason reason) {
    return changes
        .change(
            caller.organisationId(),
            deviceId,
            (session, device) ->
                cutOff(session, device, reason)
                    .map(
                        revoked ->
                            new Change<>(
                                device,
                                audit
                                    .byUser(
                                        AuditAction.AUDIT_ACTION_DEVICE_REVOKED, caller, deviceId)
                                    .addEntity(
                                        DeviceAudit.entity("Certificate", "").toBuilder()
                                            .setCount(revoked)
                                            .build())
                                    .setReasonCode(reason.wire())
                                    .build())))
        .map(DeviceView::of);
  }

  /** How many certificates it cost the device. */
  private Uni<Integer> cutOff(
      Mutiny.Session session, DeviceEntity device, RevocationReason reason) {
    Instant now = clock.instant();
    device.become(reason.after(device.lifecycle()));
    return ClaimStore.withdraw(session, device.id(), now)
        .chain(() -> condemnKeys(session, device.id(), reason))
        .chain(
            () ->
                session
                    .createMutationQuery(
                        "update CertificateEntity c set c.revokedAt = :now,"
                            + " c.revocationReason = :reason"
                            + " where c.deviceId = :device and c.revokedAt is null")
                    .setParameter("now", now)
                    .setParameter("reason", reason.wire())
                    .setParameter("device", device.id())
                    .executeUpdate());
  }

  private static Uni<Void> condemnKeys(
      Mutiny.Session session, UUID device, RevocationReason reason) {
    if (reason != RevocationReason.KEY_COMPROMISE) {
      return Uni.createFrom().voidItem();
    }
    return session
        .createMutationQuery(
            "update DeviceKeyEntity k set k.compromised = true where k.deviceId = :device")
        .setParameter("device", device)
        .executeUpdate()
        .replaceWithVoid();
  }
}
