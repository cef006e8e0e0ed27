package io.pulsewarden.registry.lifecycle;

import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.registry.access.Caller;
import io.pulsewarden.registry.access.WallStore;
import io.pulsewarden.registry.device.DeviceEntity;
import io.pulsewarden.registry.device.IfMatch;
import io.pulsewarden.registry.device.Lifecycle;
import io.pulsewarden.registry.device.Transition;
import io.pulsewarden.registry.feed.DeviceAudit;
import io.pulsewarden.registry.feed.DeviceChangeStore;
import io.pulsewarden.registry.feed.DeviceChangeStore.Change;
import io.pulsewarden.registry.problem.ProblemException;
import io.pulsewarden.registry.problem.ProblemType;
import io.pulsewarden.registry.revocation.CredentialStore;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * Ends devices. The request is a commit of its own and changes nothing for the device; the
 * confirmation revokes, unassigns and ends in one commit. A crash between the two leaves a request
 * that can be confirmed or called off.
 */
@ApplicationScoped
class DecommissioningStore {

  private static final String REVOCATION_REASON = "cessationOfOperation";

  private final WallStore wall;
  private final DeviceChangeStore changes;
  private final CredentialStore credentials;
  private final UnassigningStore unassigning;
  private final DeviceAudit audit;
  private final Clock clock;

  DecommissioningStore(
      WallStore wall,
      DeviceChangeStore changes,
      CredentialStore credentials,
      UnassigningStore unassigning,
      DeviceAudit audit,
      Clock clock) {
    this.wall = wall;
    this.changes = changes;
    this.credentials = credentials;
    this.unassigning = unassigning;
    this.audit = audit;
    this.clock = clock;
  }

  Uni<DecommissioningView> read(Caller caller, UUID device) {
    return wall.within(
        caller.organisationId(),
        session ->
            DeviceChangeStore.lock(session, caller.organisationId(), device)
                .chain(
                    found ->
                        session
                            .find(DecommissioningEntity.class, device)
                            .onItem()
                            .ifNull()
                            .failWith(() -> new ProblemException(ProblemType.NOT_FOUND.plain()))
                            .map(ending -> view(found, ending, found.version()))));
  }

  Uni<DecommissioningView> request(
      Caller caller, UUID deviceId, IfMatch match, Decommissioning wanted) {
    return changes.change(
        caller.organisationId(),
        deviceId,
        match,
        (session, device) -> {
          TransitionStore.checkStartsHere(Transition.DECOMMISSION, device.lifecycle());
          DecommissioningEntity ending =
              new DecommissioningEntity(deviceId, wanted, caller.userId(), clock.instant());
          return session
              .find(DecommissioningEntity.class, deviceId)
              .invoke(DecommissioningStore::checkIsFirst)
              .chain(() -> session.persist(ending))
              .replaceWith(
                  () ->
                      changed(
                          caller,
                          device,
                          ending,
                          AuditAction.AUDIT_ACTION_DECOMMISSIONING_REQUESTED));
        });
  }

  Uni<DecommissioningView> confirm(Caller caller, UUID deviceId, IfMatch match) {
    return changes.change(
        caller.organisationId(),
        deviceId,
        match,
        (session, device) ->
            open(session, device)
                .invoke(ending -> checkIsAnother(caller, ending))
                .call(() -> end(session, device))
                .map(
                    ending -> {
                      ending.confirm(caller.userId(), clock.instant());
                      return changed(
                          caller, device, ending, AuditAction.AUDIT_ACTION_DEVICE_DECOMMISSIONED);
                    }));
  }

  Uni<DecommissioningView> callOff(Caller caller, UUID deviceId, IfMatch match) {
    return changes.change(
        caller.organisationId(),
        deviceId,
        match,
        (session, device) ->
            open(session, device)
                .call(session::remove)
                .map(
                    ending ->
                        changed(
                            caller,
                            device,
                            ending,
                            AuditAction.AUDIT_ACTION_DECOMMISSIONING_CALLED_OFF)));
  }

  private Uni<Void> end(Mutiny.Session session, DeviceEntity device) {
    device.become(Lifecycle.DECOMMISSIONED);
    return credentials
        .apply(session, device.id(), Transition.DECOMMISSION.effect(), REVOCATION_REASON)
        .chain(() -> unassigning.unassign(session, device.id()));
  }

  private static Uni<DecommissioningEntity> open(Mutiny.Session session, DeviceEntity device) {
    TransitionStore.checkStartsHere(Transition.DECOMMISSION, device.lifecycle());
    return session
        .find(DecommissioningEntity.class, device.id())
        .onItem()
        .ifNull()
        .failWith(() -> new ProblemException(ProblemType.NOT_REQUESTED.plain()));
  }

  private static void checkIsFirst(@Nullable DecommissioningEntity other) {
    if (other != null) {
      throw new ProblemException(ProblemType.ALREADY_REQUESTED.plain());
    }
  }

  private static void checkIsAnother(Caller caller, DecommissioningEntity ending) {
    if (ending.requestedBy.equals(caller.userId())) {
      throw new ProblemException(ProblemType.SECOND_PERSON.plain());
    }
  }

  private Change<DecommissioningView> changed(
      Caller caller, DeviceEntity device, DecommissioningEntity ending, AuditAction action) {
    AuditEvent event =
        audit.byUser(action, caller, device.id()).setReasonCode(ending.reason).build();
    // The version that the commit gives the device.
    return new Change<>(view(device, ending, device.version() + 1), event);
  }

  private static DecommissioningView view(
      DeviceEntity device, DecommissioningEntity ending, long version) {
    return DecommissioningView.of(ending, device.lifecycle().wire(), version);
  }
}
