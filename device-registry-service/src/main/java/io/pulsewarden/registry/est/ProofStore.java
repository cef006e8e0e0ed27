package io.pulsewarden.registry.est;

import io.pulsewarden.registry.access.SystemWorkStore;
import io.pulsewarden.registry.device.ClaimRule;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Looks at what callers show, and changes nothing. */
@ApplicationScoped
class ProofStore {

  private final DeviceLookStore looks;
  private final SystemWorkStore work;
  private final ManufacturerProofStore makers;
  private final EnrolmentSettings settings;
  private final Clock clock;

  ProofStore(
      DeviceLookStore looks,
      SystemWorkStore work,
      ManufacturerProofStore makers,
      EnrolmentSettings settings,
      Clock clock) {
    this.looks = looks;
    this.work = work;
    this.makers = makers;
    this.settings = settings;
    this.clock = clock;
  }

  /** What is proven now. */
  Uni<ProofVerdict> judge(EnrolmentCall call) {
    Proof proof = call.proof();
    UUID organisation = call.organisation();
    return (switch (proof) {
          case Proof.ByClaim(Credentials credentials) ->
              looks
                  .byClaim(credentials)
                  .map(look -> ClaimProof.judge(look.orElse(null), clock.instant()));
          case Proof.ByCertificate certificate ->
              looks
                  .byCertificate(certificate.fingerprint())
                  .map(
                      look ->
                          CertificateProof.judge(
                              look.orElse(null), clock.instant(), settings.lateRenewal()));
          case Proof.ByManufacturer maker ->
              work.withTransaction(session -> makers.find(session, maker, organisation))
                  .chain(this::look);
        })
        .map(verdict -> checkOrganisation(verdict, proof, organisation))
        .map(ProofStore::checkState);
  }

  private Uni<ProofVerdict> look(ManufacturerProofStore.Found found) {
    return switch (found) {
      case ManufacturerProofStore.Found.Nothing(ManufacturerRule rule) ->
          Uni.createFrom().item(byManufacturer(rule));
      case ManufacturerProofStore.Found.Device(UUID id) ->
          looks
              .byId(id)
              .map(
                  look ->
                      look.<ProofVerdict>map(ProofVerdict.Proven::first)
                          .orElseGet(() -> byManufacturer(ManufacturerRule.UNKNOWN)));
    };
  }

  private static ProofVerdict byManufacturer(ManufacturerRule rule) {
    return new ProofVerdict.Unproven(new Refusal.ByManufacturer(rule), null);
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
    return verdict instanceof ProofVerdict.Proven(DeviceLook device, var renewed, boolean late)
            && !device.lifecycle().mayEnrol()
        ? new ProofVerdict.Unproven(new Refusal.ByState(device.lifecycle()), device)
        : verdict;
  }
}
