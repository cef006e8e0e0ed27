package io.pulsewarden.registry.lifecycle;

import io.pulsewarden.registry.device.Lifecycle;
import io.pulsewarden.registry.device.Transition;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Where a device stands when it comes back. It follows from facts and not from what the state was
 * before: a certificate may have expired or been revoked meanwhile.
 */
@ApplicationScoped
class StandingStore {

  private final Clock clock;

  StandingStore(Clock clock) {
    this.clock = clock;
  }

  /** Active if it was ever seen, else enrolled; registered if it has nothing to connect with. */
  Uni<Lifecycle> of(Mutiny.Session session, UUID device, Transition step) {
    return hasCertificate(session, device)
        .chain(
            has ->
                has || !step.endsAt(Lifecycle.REGISTERED)
                    ? wasSeen(session, device)
                        .map(seen -> seen ? Lifecycle.ACTIVE : Lifecycle.ENROLLED)
                    : Uni.createFrom().item(Lifecycle.REGISTERED));
  }

  private Uni<Boolean> hasCertificate(Mutiny.Session session, UUID device) {
    return session
        .createSelectionQuery(
            "select count(c) from CertificateEntity c where c.deviceId = :device"
                + " and c.revokedAt is null and c.notAfter > :now",
            Long.class)
        .setParameter("device", device)
        .setParameter("now", clock.instant())
        .getSingleResult()
        .map(count -> count > 0);
  }

  private static Uni<Boolean> wasSeen(Mutiny.Session session, UUID device) {
    return session
        .createSelectionQuery(
            "select count(a) from ActivityEntity a where a.deviceId = :device"
                + " and a.connectedAt is not null",
            Long.class)
        .setParameter("device", device)
        .getSingleResult()
        .map(count -> count > 0);
  }
}
