package io.pulsewarden.registry.est;

import io.pulsewarden.registry.device.CertificateEntity;
import io.pulsewarden.registry.device.DeviceEntity;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.time.Clock;
import java.time.Instant;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * Looks at presented certificates. Only what is on record counts, byte for byte: neither a name nor
 * an issuer's signature makes a certificate that the registry did not record worth anything.
 */
@ApplicationScoped
class CertificateProofStore {

  private final Clock clock;
  private final EnrolmentSettings settings;

  CertificateProofStore(Clock clock, EnrolmentSettings settings) {
    this.clock = clock;
    this.settings = settings;
  }

  Uni<ProofVerdict> judge(Mutiny.Session session, Proof.ByCertificate proof, LockModeType lock) {
    return session
        .createSelectionQuery(
            "select c.deviceId from CertificateEntity c where c.fingerprint = :fingerprint",
            UUID.class)
        .setParameter("fingerprint", proof.fingerprint())
        .getSingleResultOrNull()
        .chain(
            device ->
                device == null
                    ? Uni.createFrom().item(unproven(PresentedRule.UNKNOWN, null))
                    : judge(session, proof, device, lock));
  }

  /** Reads the certificate after the device is locked: before, it could be revoked meanwhile. */
  private Uni<ProofVerdict> judge(
      Mutiny.Session session, Proof.ByCertificate proof, UUID deviceId, LockModeType lock) {
    return session
        .createSelectionQuery("from DeviceEntity d where d.id = :id", DeviceEntity.class)
        .setParameter("id", deviceId)
        .setLockMode(lock)
        .getSingleResult()
        .chain(
            device ->
                session
                    .find(CertificateEntity.class, proof.fingerprint())
                    .chain(certificate -> judge(session, device, certificate)));
  }

  private Uni<ProofVerdict> judge(
      Mutiny.Session session, DeviceEntity device, CertificateEntity certificate) {
    Instant now = clock.instant();
    if (certificate.revokedAt() != null) {
      return Uni.createFrom().item(unproven(PresentedRule.REVOKED, device));
    }
    if (now.isBefore(certificate.notBefore())) {
      return Uni.createFrom().item(unproven(PresentedRule.NOT_YET_VALID, device));
    }
    if (!now.isAfter(certificate.notAfter())) {
      return Uni.createFrom().item(new ProofVerdict.Proven(device, certificate, false));
    }
    if (now.isAfter(certificate.notAfter().plus(settings.lateRenewal()))) {
      return Uni.createFrom().item(unproven(PresentedRule.EXPIRED, device));
    }
    return newer(session, certificate)
        .map(
            newer ->
                newer > 0
                    ? unproven(PresentedRule.NOT_NEWEST, device)
                    : new ProofVerdict.Proven(device, certificate, true));
  }

  private static Uni<Long> newer(Mutiny.Session session, CertificateEntity certificate) {
    return session
        .createSelectionQuery(
            "select count(c) from CertificateEntity c"
                + " where c.deviceId = :device and c.issuedAt > :issued",
            Long.class)
        .setParameter("device", certificate.deviceId())
        .setParameter("issued", certificate.issuedAt())
        .getSingleResult();
  }

  private static ProofVerdict unproven(PresentedRule rule, @Nullable DeviceEntity device) {
    return new ProofVerdict.Unproven(new Refusal.ByCertificate(rule), device);
  }
}
