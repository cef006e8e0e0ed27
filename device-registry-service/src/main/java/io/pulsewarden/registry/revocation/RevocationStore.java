package io.pulsewarden.registry.revocation;

import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.registry.access.Caller;
import io.pulsewarden.registry.device.CredentialEffect;
import io.pulsewarden.registry.device.DeviceEntity;
import io.pulsewarden.registry.device.DeviceView;
import io.pulsewarden.registry.device.IfMatch;
import io.pulsewarden.registry.device.Lifecycle;
import io.pulsewarden.registry.feed.DeviceAudit;
import io.pulsewarden.registry.feed.DeviceChangeStore;
import io.pulsewarden.registry.feed.DeviceChangeStore.Change;
import io.pulsewarden.registry.problem.ProblemException;
import io.pulsewarden.registry.problem.ProblemType;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.UUID;

/**
 * Revokes for good: certificates, claims and state in one transaction with the feed's row. A crash
 * before its commit leaves the device as it was, and the caller without an answer; done again, it
 * does the same again. A crash after it leaves the rows that cut the device off in the outbox.
 */
@ApplicationScoped
class RevocationStore {

  private final DeviceChangeStore changes;
  private final CredentialStore credentials;
  private final DeviceAudit audit;

  RevocationStore(DeviceChangeStore changes, CredentialStore credentials, DeviceAudit audit) {
    this.changes = changes;
    this.credentials = credentials;
    this.audit = audit;
  }

  /** The device and all it has. Nobody who revokes has to look first. */
  Uni<DeviceView> revoke(Caller caller, UUID deviceId, IfMatch match, RevocationReason reason) {
    return changes
        .change(
            caller.organisationId(),
            deviceId,
            match,
            (session, device) -> {
              cutOff(device);
              return credentials
                  .apply(session, deviceId, CredentialEffect.REVOKED, reason.wire())
                  .map(revoked -> new Change<>(device, event(caller, deviceId, reason, revoked)));
            })
        .map(DeviceView::of);
  }

  /** One certificate; the device's others, its claims and its state stay. */
  Uni<DeviceView> revoke(
      Caller caller, UUID deviceId, IfMatch match, String fingerprint, RevocationReason reason) {
    return changes
        .change(
            caller.organisationId(),
            deviceId,
            match,
            (session, device) ->
                credentials
                    .revokeOne(session, deviceId, fingerprint, reason.wire())
                    .invoke(RevocationStore::checkThereWasOne)
                    .map(
                        one ->
                            new Change<>(
                                device,
                                audit
                                    .byUser(
                                        AuditAction.AUDIT_ACTION_CERTIFICATE_REVOKED,
                                        caller,
                                        deviceId)
                                    .addEntity(DeviceAudit.entity("Certificate", fingerprint))
                                    .setReasonCode(reason.wire())
                                    .build())))
        .map(DeviceView::of);
  }

  /** What is lost or decommissioned stays so. */
  private static void cutOff(DeviceEntity device) {
    if (device.lifecycle() != Lifecycle.LOST && device.lifecycle() != Lifecycle.DECOMMISSIONED) {
      device.become(Lifecycle.QUARANTINED);
    }
  }

  private static void checkThereWasOne(int revoked) {
    if (revoked == 0) {
      throw new ProblemException(
          ProblemType.NOT_FOUND.because(
              "The device has no certificate of that fingerprint that is not revoked."));
    }
  }

  private AuditEvent event(Caller caller, UUID device, RevocationReason reason, int revoked) {
    return audit
        .byUser(AuditAction.AUDIT_ACTION_DEVICE_REVOKED, caller, device)
        .addEntity(DeviceAudit.entity("Certificate", "").toBuilder().setCount(revoked).build())
        .setReasonCode(reason.wire())
        .build();
  }
}
