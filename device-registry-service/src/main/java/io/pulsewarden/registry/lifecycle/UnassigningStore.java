package io.pulsewarden.registry.lifecycle;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Takes a device from whoever wears it or would, and from the gateways that spoke for it, in the
 * caller's transaction. Those gateways' own states need not change for that: telemetry lets nobody
 * speak for a decommissioned device.
 */
@ApplicationScoped
class UnassigningStore {

  private final Clock clock;

  UnassigningStore(Clock clock) {
    this.clock = clock;
  }

  /** Ends what runs, cancels what would begin later. History stays. */
  Uni<Void> unassign(Mutiny.Session session, UUID device) {
    Instant now = clock.instant();
    return session
        .createMutationQuery(
            "update AssignmentEntity a set a.untilAt = :now, a.version = a.version + 1"
                + " where a.deviceId = :device and a.cancelledAt is null and a.fromAt < :now"
                + " and (a.untilAt is null or a.untilAt > :now)")
        .setParameter("now", now)
        .setParameter("device", device)
        .executeUpdate()
        .chain(
            () ->
                session
                    .createMutationQuery(
                        "update AssignmentEntity a set a.cancelledAt = :now,"
                            + " a.version = a.version + 1 where a.deviceId = :device"
                            + " and a.cancelledAt is null and a.fromAt >= :now")
                    .setParameter("now", now)
                    .setParameter("device", device)
                    .executeUpdate())
        .chain(
            () ->
                session
                    .createNativeQuery(
                        "DELETE FROM gateway_device"
                            + " WHERE device_id = :device OR gateway_id = :device")
                    .setParameter("device", device)
                    .executeUpdate())
        .replaceWithVoid();
  }
}
