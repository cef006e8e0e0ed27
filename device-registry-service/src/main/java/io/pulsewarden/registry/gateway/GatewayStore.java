package io.pulsewarden.registry.gateway;

import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.registry.access.Caller;
import io.pulsewarden.registry.access.WallStore;
import io.pulsewarden.registry.device.DeviceEntity;
import io.pulsewarden.registry.device.DeviceKind;
import io.pulsewarden.registry.device.IfMatch;
import io.pulsewarden.registry.device.Lifecycle;
import io.pulsewarden.registry.feed.DeviceAudit;
import io.pulsewarden.registry.feed.DeviceChangeStore;
import io.pulsewarden.registry.feed.DeviceChangeStore.Change;
import io.pulsewarden.registry.feed.FeedDetailStore;
import io.pulsewarden.registry.problem.ProblemException;
import io.pulsewarden.registry.problem.ProblemType;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Authorises gateways and withdraws it. The gateway is what changes: its state carries the list, in
 * the same commit, on the same way as a revocation.
 */
@ApplicationScoped
class GatewayStore {

  /** So that a gateway's state stays a small record. */
  private static final int MAX_DEVICES = 1_000;

  private final WallStore wall;
  private final DeviceChangeStore changes;
  private final FeedDetailStore details;
  private final DeviceAudit audit;
  private final Clock clock;

  GatewayStore(
      WallStore wall,
      DeviceChangeStore changes,
      FeedDetailStore details,
      DeviceAudit audit,
      Clock clock) {
    this.wall = wall;
    this.changes = changes;
    this.details = details;
    this.audit = audit;
    this.clock = clock;
  }

  Uni<GatewayDevices> read(Caller caller, UUID gatewayId) {
    return wall.within(
        caller.organisationId(),
        session ->
            DeviceChangeStore.lock(session, caller.organisationId(), gatewayId)
                .chain(gateway -> devices(session, gateway, gateway.version())));
  }

  Uni<GatewayDevices> authorise(Caller caller, UUID gatewayId, UUID deviceId, IfMatch match) {
    return changes.change(
        caller.organisationId(),
        gatewayId,
        match,
        (session, gateway) -> {
          checkIsGateway(gateway);
          return device(session, caller, deviceId)
              .invoke(GatewayStore::checkMayBeSpokenFor)
              .chain(() -> insert(session, gatewayId, deviceId))
              .chain(
                  () ->
                      changed(
                          session,
                          gateway,
                          event(
                              AuditAction.AUDIT_ACTION_GATEWAY_AUTHORISED,
                              caller,
                              gatewayId,
                              deviceId)))
              .invoke(change -> checkHasRoom(change.result()));
        });
  }

  Uni<GatewayDevices> withdraw(Caller caller, UUID gatewayId, UUID deviceId, IfMatch match) {
    return changes.change(
        caller.organisationId(),
        gatewayId,
        match,
        (session, gateway) ->
            session
                .createNativeQuery(
                    "DELETE FROM gateway_device WHERE gateway_id = :gateway AND device_id = :device")
                .setParameter("gateway", gatewayId)
                .setParameter("device", deviceId)
                .executeUpdate()
                .invoke(GatewayStore::checkThereWasOne)
                .chain(
                    () ->
                        changed(
                            session,
                            gateway,
                            event(
                                AuditAction.AUDIT_ACTION_GATEWAY_WITHDRAWN,
                                caller,
                                gatewayId,
                                deviceId))));
  }

  private Uni<Change<GatewayDevices>> changed(
      Mutiny.Session session, DeviceEntity gateway, AuditEvent event) {
    // The version that the commit gives the gateway.
    return devices(session, gateway, gateway.version() + 1)
        .map(devices -> new Change<>(devices, event));
  }

  private Uni<GatewayDevices> devices(Mutiny.Session session, DeviceEntity gateway, long version) {
    return details
        .gatewayFor(session, gateway)
        .map(devices -> new GatewayDevices(gateway.id(), version, devices));
  }

  private Uni<Integer> insert(Mutiny.Session session, UUID gateway, UUID device) {
    return session
        .createNativeQuery(
            "INSERT INTO gateway_device (gateway_id, device_id, authorised_at)"
                + " VALUES (:gateway, :device, :now) ON CONFLICT DO NOTHING")
        .setParameter("gateway", gateway)
        .setParameter("device", device)
        .setParameter("now", clock.instant())
        .executeUpdate();
  }

  /** Not locked: two changes that name each other's devices must not wait for each other. */
  private static Uni<DeviceEntity> device(Mutiny.Session session, Caller caller, UUID id) {
    return session
        .createSelectionQuery(
            "from DeviceEntity d where d.id = :id and d.organisationId = :organisation",
            DeviceEntity.class)
        .setParameter("id", id)
        .setParameter("organisation", caller.organisationId())
        .getSingleResultOrNull()
        .onItem()
        .ifNull()
        .failWith(() -> new ProblemException(ProblemType.NOT_FOUND.plain()));
  }

  private AuditEvent event(AuditAction action, Caller caller, UUID gateway, UUID device) {
    return audit
        .byUser(action, caller, gateway)
        .addEntity(DeviceAudit.entity("Device", device.toString()))
        .build();
  }

  private static void checkIsGateway(DeviceEntity gateway) {
    if (gateway.description().kind() != DeviceKind.GATEWAY) {
      throw new ProblemException(ProblemType.NOT_A_GATEWAY.plain());
    }
    if (gateway.lifecycle() == Lifecycle.DECOMMISSIONED) {
      throw forbidden();
    }
  }

  private static void checkMayBeSpokenFor(DeviceEntity device) {
    if (device.description().kind() == DeviceKind.GATEWAY) {
      throw new ProblemException(ProblemType.GATEWAY_FOR_GATEWAY.plain());
    }
    if (device.lifecycle() == Lifecycle.DECOMMISSIONED) {
      throw forbidden();
    }
  }

  private static void checkHasRoom(GatewayDevices devices) {
    if (devices.devices().size() > MAX_DEVICES) {
      throw new ProblemException(
          ProblemType.GATEWAY_FULL.because("A gateway speaks for 1,000 devices at most."));
    }
  }

  private static void checkThereWasOne(int withdrawn) {
    if (withdrawn == 0) {
      throw new ProblemException(ProblemType.NOT_FOUND.plain());
    }
  }

  private static ProblemException forbidden() {
    return new ProblemException(
        ProblemType.STATE_FORBIDS.because("Nobody speaks for or as a decommissioned device."));
  }
}
