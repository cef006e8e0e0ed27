package io.pulsewarden.registry.est;

import io.pulsewarden.registry.access.SystemWorkStore;
import io.pulsewarden.registry.device.ClaimRule;
import io.pulsewarden.registry.device.DeviceEntity;
import io.pulsewarden.registry.firstenrolment.ApprovalStore;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.util.Optional;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Looks at what callers show, and uses up what works once. */
@ApplicationScoped
class ProofStore {

  private final SystemWorkStore work;
  private final ClaimProofStore claims;
  private final CertificateProofStore certificates;
  private final ManufacturerProofStore makers;
  private final ApprovalStore approvals;

  /**
   * What a look shows.
   *
   * @param manual whether a person has to approve what was proven
   */
  record Look(ProofVerdict verdict, boolean manual) {}

  ProofStore(
      SystemWorkStore work,
      ClaimProofStore claims,
      CertificateProofStore certificates,
      ManufacturerProofStore makers,
      ApprovalStore approvals) {
    this.work = work;
    this.claims = claims;
    this.certificates = certificates;
    this.makers = makers;
    this.approvals = approvals;
  }

  /** A look that changes and locks nothing. */
  Uni<Look> look(EnrolmentCall call) {
    return work.withTransaction(
        session ->
            judge(session, call.proof(), call.organisation(), LockModeType.NONE)
                .chain(verdict -> look(session, verdict)));
  }

  /** Who renews was approved before. */
  private Uni<Look> look(Mutiny.Session session, ProofVerdict verdict) {
    return verdict instanceof ProofVerdict.Proven proven && proven.renewed() == null
        ? approvals
            .isManual(session, proven.device().organisationId())
            .map(manual -> new Look(verdict, manual))
        : Uni.createFrom().item(new Look(verdict, false));
  }

  /** A look that holds the device's row until the transaction ends: one enrolment at a time. */
  Uni<ProofVerdict> lock(Mutiny.Session session, EnrolmentCall call) {
    return judge(session, call.proof(), call.organisation(), LockModeType.PESSIMISTIC_WRITE);
  }

  /** Uses up what works once; why that failed, if it did. */
  Uni<Optional<Refusal>> use(Mutiny.Session session, Proof proof) {
    return switch (proof) {
      case Proof.ByClaim(Credentials credentials) -> claims.use(session, credentials);
      case Proof.ByCertificate ignored -> Uni.createFrom().item(Optional.empty());
      case Proof.ByManufacturer ignored -> Uni.createFrom().item(Optional.empty());
    };
  }

  private Uni<ProofVerdict> judge(
      Mutiny.Session session, Proof proof, @Nullable UUID organisation, LockModeType lock) {
    return (switch (proof) {
          case Proof.ByClaim(Credentials credentials) -> claims.judge(session, credentials, lock);
          case Proof.ByCertificate certificate -> certificates.judge(session, certificate, lock);
          case Proof.ByManufacturer maker -> makers.judge(session, maker, organisation, lock);
        })
        .map(verdict -> checkOrganisation(verdict, proof, organisation))
        .map(ProofStore::checkState);
  }

  /** Under the label of another organisation, a device is not known. */
  private static ProofVerdict checkOrganisation(
      ProofVerdict verdict, Proof proof, @Nullable UUID organisation) {
    if (organisation == null
        || !(verdict instanceof ProofVerdict.Proven proven)
        || proven.device().organisationId().equals(organisation)) {
      return verdict;
    }
    Refusal refusal =
        switch (proof) {
          case Proof.ByClaim ignored -> new Refusal.ByClaim(ClaimRule.UNKNOWN);
          case Proof.ByCertificate ignored -> new Refusal.ByCertificate(PresentedRule.UNKNOWN);
          case Proof.ByManufacturer ignored -> new Refusal.ByManufacturer(ManufacturerRule.UNKNOWN);
        };
    return new ProofVerdict.Unproven(refusal, null);
  }

  private static ProofVerdict checkState(ProofVerdict verdict) {
    return verdict instanceof ProofVerdict.Proven(DeviceEntity device, var renewed, boolean late)
            && !device.lifecycle().mayEnrol()
        ? new ProofVerdict.Unproven(new Refusal.ByState(device.lifecycle()), device)
        : verdict;
  }
}
