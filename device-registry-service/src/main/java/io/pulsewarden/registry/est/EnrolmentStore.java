package io.pulsewarden.registry.est;

import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.registry.access.SystemWorkStore;
import io.pulsewarden.registry.csr.CsrRule;
import io.pulsewarden.registry.device.CertificateEntity;
import io.pulsewarden.registry.device.DeviceEntity;
import io.pulsewarden.registry.device.DeviceKeyEntity;
import io.pulsewarden.registry.device.IssuedCertificate;
import io.pulsewarden.registry.device.Lifecycle;
import io.pulsewarden.registry.feed.DeviceAudit;
import io.pulsewarden.registry.feed.FeedStore;
import io.pulsewarden.registry.firstenrolment.ApprovalStore;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Records enrolments. Proof, key, certificate, the device's state, the feed's row and the audit
 * event are one transaction: a crash before its commit leaves a claim that still works and a signed
 * certificate that nobody has and nobody admits; a crash after it leaves the device enrolled, with
 * a claim used up by an answer that may not have arrived, and an administrator makes another. A
 * device that renews still has the certificate that it renewed with, and renews again.
 */
@ApplicationScoped
class EnrolmentStore {

  private static final String SUPERSEDED = "superseded";
  private static final String LATE = "expired";

  private final SystemWorkStore work;
  private final ProofStore proofs;
  private final ApprovalStore approvals;
  private final FeedStore feed;
  private final DeviceAudit audit;
  private final Clock clock;

  EnrolmentStore(
      SystemWorkStore work,
      ProofStore proofs,
      ApprovalStore approvals,
      FeedStore feed,
      DeviceAudit audit,
      Clock clock) {
    this.work = work;
    this.proofs = proofs;
    this.approvals = approvals;
    this.feed = feed;
    this.audit = audit;
    this.clock = clock;
  }

  /** Looks at everything again under the device's lock, since signing took its time. */
  Uni<EnrolmentOutcome> enrol(EnrolmentCall call, IssuedCertificate issued) {
    return work.withTransaction(
        session ->
            proofs
                .lock(session, call)
                .chain(
                    verdict ->
                        switch (verdict) {
                          case ProofVerdict.Unproven(Refusal refusal, var device) ->
                              refused(refusal);
                          case ProofVerdict.Proven proven ->
                              enrol(session, call.proof(), proven, issued);
                        }));
  }

  private Uni<EnrolmentOutcome> enrol(
      Mutiny.Session session, Proof proof, ProofVerdict.Proven proven, IssuedCertificate issued) {
    return takeKey(session, proven.device().id(), issued.keyHash())
        .chain(
            taken ->
                taken
                    ? proofs
                        .use(session, proof)
                        .chain(failed -> record(session, proven, issued, failed))
                    : refused(new Refusal.ByRequest(CsrRule.KEY_IN_USE)));
  }

  private Uni<EnrolmentOutcome> record(
      Mutiny.Session session,
      ProofVerdict.Proven proven,
      IssuedCertificate issued,
      Optional<Refusal> failed) {
    return failed.map(EnrolmentStore::refused).orElseGet(() -> record(session, proven, issued));
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
        .chain(
            taken ->
                taken == 1
                    ? Uni.createFrom().item(true)
                    : session
                        .find(DeviceKeyEntity.class, keyHash)
                        .map(key -> key.mayBeUsedBy(device)));
  }

  private Uni<EnrolmentOutcome> record(
      Mutiny.Session session, ProofVerdict.Proven proven, IssuedCertificate issued) {
    Instant now = clock.instant();
    DeviceEntity device = proven.device();
    CertificateEntity certificate = new CertificateEntity(device.id(), issued, now);
    if (device.lifecycle() == Lifecycle.REGISTERED) {
      device.become(Lifecycle.ENROLLED);
    }
    device.changed(now);
    return supersede(session, proven, now)
        .chain(() -> approvals.use(session, device.id(), issued.keyHash()))
        .chain(() -> session.persist(certificate))
        .chain(() -> feed.publish(session, device, event(proven, issued)))
        .replaceWith(new EnrolmentOutcome.Enrolled(issued.certificate()));
  }

  private AuditEvent event(ProofVerdict.Proven proven, IssuedCertificate issued) {
    DeviceEntity device = proven.device();
    AuditEvent.Builder event =
        audit
            .byDevice(
                proven.renewed() == null
                    ? AuditAction.AUDIT_ACTION_CERTIFICATE_ISSUED
                    : AuditAction.AUDIT_ACTION_CERTIFICATE_RENEWED,
                device.organisationId(),
                device.id())
            .addEntity(DeviceAudit.entity("Certificate", issued.fingerprint()));
    return proven.late() ? event.setReasonCode(LATE).build() : event.build();
  }

  /**
   * A first enrolment begins anew: whoever holds an older key of the device is out. A renewal
   * leaves the certificate that it was proven by, in case the answer does not arrive, and none
   * besides.
   */
  private static Uni<Integer> supersede(
      Mutiny.Session session, ProofVerdict.Proven proven, Instant now) {
    CertificateEntity renewed = proven.renewed();
    return session
        .createMutationQuery(
            "update CertificateEntity c set c.revokedAt = :now, c.revocationReason = :reason"
                + " where c.deviceId = :device and c.revokedAt is null and c.fingerprint <> :kept")
        .setParameter("now", now)
        .setParameter("reason", SUPERSEDED)
        .setParameter("device", proven.device().id())
        .setParameter("kept", renewed == null ? "" : renewed.fingerprint())
        .executeUpdate();
  }

  private static Uni<EnrolmentOutcome> refused(Refusal refusal) {
    return Uni.createFrom().item(new EnrolmentOutcome.Refused(refusal));
  }
}
