package io.pulsewarden.registry.est;

import io.pulsewarden.registry.device.DeviceEntity;
import io.pulsewarden.registry.firstenrolment.CaCertificate;
import io.pulsewarden.registry.firstenrolment.ManufacturerCaEntity;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * Looks at manufacturers' certificates. An authority speaks for the devices that the organisation
 * which trusts it registered under its manufacturer, and for no other.
 */
@ApplicationScoped
class ManufacturerProofStore {

  private final Clock clock;

  ManufacturerProofStore(Clock clock) {
    this.clock = clock;
  }

  Uni<ProofVerdict> judge(
      Mutiny.Session session,
      Proof.ByManufacturer proof,
      @Nullable UUID organisation,
      LockModeType lock) {
    Optional<String> serialNumber = ManufacturerChain.serialNumber(proof.own());
    if (serialNumber.isEmpty()) {
      return Uni.createFrom().item(unproven(ManufacturerRule.NO_SERIAL_NUMBER));
    }
    return named(session, proof)
        .map(
            named ->
                named.stream()
                    .filter(ca -> organisation == null || ca.organisationId().equals(organisation))
                    .filter(
                        ca ->
                            ManufacturerChain.leadsTo(
                                ca.certificate(), proof.chain(), clock.instant()))
                    .toList())
        .chain(
            trusting ->
                trusting.isEmpty()
                    ? Uni.createFrom().item(unproven(ManufacturerRule.NOT_TRUSTED))
                    : devices(session, trusting, serialNumber.get(), lock)
                        .map(ManufacturerProofStore::verdict));
  }

  /** The authorities whose name is that of an issuer in the chain. */
  private static Uni<List<ManufacturerCaEntity>> named(
      Mutiny.Session session, Proof.ByManufacturer proof) {
    return session
        .createSelectionQuery(
            "from ManufacturerCaEntity m where m.subjectHash in :issuers and m.removedAt is null",
            ManufacturerCaEntity.class)
        .setParameter(
            "issuers",
            proof.chain().stream()
                .map(certificate -> CaCertificate.subjectHash(certificate.getIssuerX500Principal()))
                .distinct()
                .toList())
        .getResultList();
  }

  private static Uni<List<DeviceEntity>> devices(
      Mutiny.Session session,
      List<ManufacturerCaEntity> trusting,
      String serialNumber,
      LockModeType lock) {
    return Multi.createFrom()
        .iterable(trusting)
        .onItem()
        .transformToUniAndConcatenate(ca -> device(session, ca, serialNumber, lock))
        .select()
        .distinct()
        .collect()
        .asList();
  }

  /** The item is null if there is none. */
  private static Uni<DeviceEntity> device(
      Mutiny.Session session, ManufacturerCaEntity ca, String serialNumber, LockModeType lock) {
    return session
        .createSelectionQuery(
            "from DeviceEntity d where d.organisationId = :organisation"
                + " and d.manufacturer = :manufacturer and d.serialNumber = :serial",
            DeviceEntity.class)
        .setParameter("organisation", ca.organisationId())
        .setParameter("manufacturer", ca.manufacturer())
        .setParameter("serial", serialNumber)
        .setLockMode(lock)
        .getSingleResultOrNull();
  }

  private static ProofVerdict verdict(List<DeviceEntity> found) {
    return switch (found.size()) {
      case 0 -> unproven(ManufacturerRule.UNKNOWN);
      case 1 -> ProofVerdict.Proven.first(found.getFirst());
      default -> unproven(ManufacturerRule.AMBIGUOUS);
    };
  }

  private static ProofVerdict unproven(ManufacturerRule rule) {
    return new ProofVerdict.Unproven(new Refusal.ByManufacturer(rule), null);
  }
}
