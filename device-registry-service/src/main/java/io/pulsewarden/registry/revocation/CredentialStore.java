package io.pulsewarden.registry.revocation;

import io.pulsewarden.registry.claim.ClaimStore;
import io.pulsewarden.registry.device.CertificateEntity;
import io.pulsewarden.registry.device.CredentialEffect;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Takes certificates and claims from a device, for a while or for good, in the caller's
 * transaction, which has locked the device. Each answers how many certificates it was about.
 */
@ApplicationScoped
public class CredentialStore {

  private static final String SET_REVOKED =
      "update CertificateEntity c set c.revokedAt = :now, c.revocationReason = :reason";

  private final Clock clock;

  CredentialStore(Clock clock) {
    this.clock = clock;
  }

  /** What a transition does beside changing the state. The reason is RFC 5280's name. */
  public Uni<Integer> apply(
      Mutiny.Session session, UUID device, CredentialEffect effect, String reason) {
    return switch (effect) {
      case KEPT -> Uni.createFrom().item(0);
      case HELD -> hold(session, device);
      case LIFTED -> lift(session, device);
      case REVOKED -> revoke(session, device, reason);
    };
  }

  /** Puts on hold what is good, and ends its claims. */
  private Uni<Integer> hold(Mutiny.Session session, UUID device) {
    return ClaimStore.withdraw(session, device, clock.instant())
        .chain(
            () ->
                session
                    .createMutationQuery(
                        SET_REVOKED + " where c.deviceId = :device and c.revokedAt is null")
                    .setParameter("now", clock.instant())
                    .setParameter("reason", CertificateEntity.HOLD)
                    .setParameter("device", device)
                    .executeUpdate());
  }

  /** Makes good again what is on hold, and nothing that was revoked for another reason. */
  private static Uni<Integer> lift(Mutiny.Session session, UUID device) {
    return session
        .createMutationQuery(
            "update CertificateEntity c set c.revokedAt = null, c.revocationReason = null"
                + " where c.deviceId = :device and c.revocationReason = :hold")
        .setParameter("hold", CertificateEntity.HOLD)
        .setParameter("device", device)
        .executeUpdate();
  }

  /** For good, what is on hold too: a later release must not bring it back. */
  private Uni<Integer> revoke(Mutiny.Session session, UUID device, String reason) {
    return ClaimStore.withdraw(session, device, clock.instant())
        .chain(
            () ->
                session
                    .createMutationQuery(
                        SET_REVOKED
                            + " where c.deviceId = :device"
                            + " and (c.revokedAt is null or c.revocationReason = :hold)")
                    .setParameter("now", clock.instant())
                    .setParameter("reason", reason)
                    .setParameter("hold", CertificateEntity.HOLD)
                    .setParameter("device", device)
                    .executeUpdate())
        .call(() -> condemnKeys(session, device, reason));
  }

  /**
   * One certificate, for good.
   *
   * @return 0 if the device has none of that fingerprint that is not revoked for good already
   */
  Uni<Integer> revokeOne(Mutiny.Session session, UUID device, String fingerprint, String reason) {
    return session
        .createMutationQuery(
            SET_REVOKED
                + " where c.deviceId = :device and c.fingerprint = :fingerprint"
                + " and (c.revokedAt is null or c.revocationReason = :hold)")
        .setParameter("now", clock.instant())
        .setParameter("reason", reason)
        .setParameter("hold", CertificateEntity.HOLD)
        .setParameter("device", device)
        .setParameter("fingerprint", fingerprint)
        .executeUpdate()
        .call(() -> condemnKey(session, fingerprint, reason));
  }

  private static Uni<Integer> condemnKeys(Mutiny.Session session, UUID device, String reason) {
    if (!RevocationReason.KEY_COMPROMISE.wire().equals(reason)) {
      return Uni.createFrom().item(0);
    }
    return session
        .createMutationQuery(
            "update DeviceKeyEntity k set k.compromised = true where k.deviceId = :device")
        .setParameter("device", device)
        .executeUpdate();
  }

  private static Uni<Integer> condemnKey(
      Mutiny.Session session, String fingerprint, String reason) {
    if (!RevocationReason.KEY_COMPROMISE.wire().equals(reason)) {
      return Uni.createFrom().item(0);
    }
    return session
        .createMutationQuery(
            "update DeviceKeyEntity k set k.compromised = true where k.keyHash ="
                + " (select c.keyHash from CertificateEntity c where c.fingerprint = :fingerprint)")
        .setParameter("fingerprint", fingerprint)
        .executeUpdate();
  }
}
