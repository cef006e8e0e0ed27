package io.pulsewarden.registry.est;

import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.contracts.audit.v1.AuditOutcome;
import io.pulsewarden.registry.csr.CsrRule;
import io.pulsewarden.registry.device.CertificateEntity;
import io.pulsewarden.registry.device.ClaimRule;
import io.pulsewarden.registry.device.DeviceEntity;
import io.pulsewarden.registry.device.DeviceKeyEntity;
import io.pulsewarden.registry.device.IssuedCertificate;
import io.pulsewarden.registry.device.Lifecycle;
import io.pulsewarden.registry.feed.DeviceAudit;
import io.pulsewarden.registry.feed.FeedStore;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * Records enrolments. Claim, key, certificate, the device's state, the feed's row and the audit
 * event are one transaction: a crash before its commit leaves a claim that still works and a signed
 * certificate that nobody has and nobody admits; a crash after it leaves the device enrolled, with
 * a claim used up by an answer that may not have arrived, and an administrator makes another.
 */
@ApplicationScoped
class EnrolmentStore {

  private static final String SUPERSEDED = "superseded";

  private final Mutiny.SessionFactory sessions;
  private final ClaimCheckStore claims;
  private final FeedStore feed;
  private final DeviceAudit audit;
  private final Clock clock;

  EnrolmentStore(
      Mutiny.SessionFactory sessions,
      ClaimCheckStore claims,
      FeedStore feed,
      DeviceAudit audit,
      Clock clock) {
    this.sessions = sessions;
    this.claims = claims;
    this.feed = feed;
    this.audit = audit;
    this.clock = clock;
  }

  /** Looks at everything again under the device's lock, since signing took its time. */
  Uni<EnrolmentOutcome> enrol(Credentials credentials, IssuedCertificate issued) {
    return sessions.withTransaction(
        session ->
            claims
                .lock(session, credentials)
                .chain(
                    verdict ->
                        switch (verdict) {
                          case ClaimVerdict.Unproven(Refusal refusal, var device) ->
                              refused(refusal);
                          case ClaimVerdict.Proven(DeviceEntity device) ->
                              enrol(session, credentials, device, issued);
                        }));
  }

  private Uni<EnrolmentOutcome> enrol(
      Mutiny.Session session,
      Credentials credentials,
      DeviceEntity device,
      IssuedCertificate issued) {
    return takeKey(session, device.id(), issued.keyHash())
        .chain(
            taken ->
                taken
                    ? claims
                        .use(session, credentials)
                        .chain(
                            used ->
                                used
                                    ? record(session, device, issued)
                                    : refused(new Refusal.ByClaim(ClaimRule.USED)))
                    : refused(new Refusal.ByRequest(CsrRule.KEY_IN_USE)));
  }

  /** Waits for another transaction that is just taking the same key. */
  private static Uni<Boolean> takeKey(Mutiny.Session session, UUID device, String keyHash) {
    return session
        .createNativeQuery(
            "INSERT INTO device_key (key_hash, device_id) VALUES (:hash, :device)"
                + " ON CONFLICT DO NOTHING")
        .setParameter("hash", keyHash)
        .setParameter("device", device)
        .executeUpdate()
        .chain(() -> session.find(DeviceKeyEntity.class, keyHash))
        .map(key -> key.mayBeUsedBy(device));
  }

  private Uni<EnrolmentOutcome> record(
      Mutiny.Session session, DeviceEntity device, IssuedCertificate issued) {
    Instant now = clock.instant();
    CertificateEntity certificate = new CertificateEntity(device.id(), issued, now);
    if (device.lifecycle() == Lifecycle.REGISTERED) {
      device.become(Lifecycle.ENROLLED);
    }
    device.changed(now);
    return supersede(session, device.id(), now)
        .chain(() -> session.persist(certificate))
        .chain(
            () ->
                feed.publish(
                    session,
                    device,
                    audit
                        .byDevice(
                            AuditAction.AUDIT_ACTION_CERTIFICATE_ISSUED,
                            device.organisationId(),
                            device.id())
                        .addEntity(DeviceAudit.entity("Certificate", issued.fingerprint()))
                        .build()))
        .replaceWith(new EnrolmentOutcome.Enrolled(issued.certificate()));
  }

  /** A claim begins anew: whoever holds an older key of the device is out. */
  private static Uni<Integer> supersede(Mutiny.Session session, UUID device, Instant now) {
    return session
        .createMutationQuery(
            "update CertificateEntity c set c.revokedAt = :now, c.revocationReason = :reason"
                + " where c.deviceId = :device and c.revokedAt is null")
        .setParameter("now", now)
        .setParameter("reason", SUPERSEDED)
        .setParameter("device", device)
        .executeUpdate();
  }

  private static Uni<EnrolmentOutcome> refused(Refusal refusal) {
    return Uni.createFrom().item(new EnrolmentOutcome.Refused(refusal));
  }

  /**
   * Audits a refusal, in a transaction of its own.
   *
   * @param organisation null if no device of that id is known
   */
  Uni<Void> auditRefusal(UUID claimedDevice, @Nullable UUID organisation, Refusal refusal) {
    AuditAction action =
        refusal instanceof Refusal.ByRequest
            ? AuditAction.AUDIT_ACTION_CERTIFICATE_REFUSED
            : AuditAction.AUDIT_ACTION_CLAIM_REFUSED;
    AuditEvent.Builder event =
        organisation == null
            ? audit.byStranger(action, claimedDevice)
            : audit.byDevice(action, organisation, claimedDevice);
    event.setOutcome(AuditOutcome.AUDIT_OUTCOME_DENIED).setReasonCode(refusal.code());
    return sessions.withTransaction(session -> feed.audit(session, event.build()));
  }
}
