package io.pulsewarden.registry.est;

import io.pulsewarden.registry.firstenrolment.CaCertificate;
import io.pulsewarden.registry.firstenrolment.ManufacturerCaEntity;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
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

  /** Whom a chain speaks for. */
  sealed interface Found {

    record Device(UUID id) implements Found {}

    record Nothing(ManufacturerRule rule) implements Found {}
  }

  Uni<Found> find(Mutiny.Session session, Proof.ByManufacturer proof, @Nullable UUID organisation) {
    Optional<String> serialNumber = ManufacturerChain.serialNumber(proof.own());
    if (serialNumber.isEmpty()) {
      return Uni.createFrom().item(nothing(ManufacturerRule.NO_SERIAL_NUMBER));
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
                    ? Uni.createFrom().item(nothing(ManufacturerRule.NOT_TRUSTED))
                    : devices(session, trusting, serialNumber.get())
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

  private static Uni<List<UUID>> devices(
      Mutiny.Session session, List<ManufacturerCaEntity> trusting, String serialNumber) {
    return Multi.createFrom()
        .iterable(trusting)
        .onItem()
        .transformToUniAndConcatenate(ca -> device(session, ca, serialNumber))
        .select()
        .distinct()
        .collect()
        .asList();
  }

  /** The item is null if there is none. */
  private static Uni<UUID> device(
      Mutiny.Session session, ManufacturerCaEntity ca, String serialNumber) {
    return session
        .createSelectionQuery(
            "select d.id from DeviceEntity d where d.organisationId = :organisation"
                + " and d.manufacturer = :manufacturer and d.serialNumber = :serial",
            UUID.class)
        .setParameter("organisation", ca.organisationId())
        .setParameter("manufacturer", ca.manufacturer())
        .setParameter("serial", serialNumber)
        .getSingleResultOrNull();
  }

  private static Found verdict(List<UUID> found) {
    return switch (found.size()) {
      case 0 -> nothing(ManufacturerRule.UNKNOWN);
      case 1 -> new Found.Device(found.getFirst());
      default -> nothing(ManufacturerRule.AMBIGUOUS);
    };
  }

  private static Found nothing(ManufacturerRule rule) {
    return new Found.Nothing(rule);
  }
}
