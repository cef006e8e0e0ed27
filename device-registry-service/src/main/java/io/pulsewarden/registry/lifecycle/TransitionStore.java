package io.pulsewarden.registry.lifecycle;

import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.registry.access.Caller;
import io.pulsewarden.registry.device.DeviceEntity;
import io.pulsewarden.registry.device.DeviceView;
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
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Takes steps: state, certificates, claims, the feed's row and the audit event in one commit. */
@ApplicationScoped
class TransitionStore {

  private final DeviceChangeStore changes;
  private final CredentialStore credentials;
  private final StandingStore standings;
  private final DeviceAudit audit;

  TransitionStore(
      DeviceChangeStore changes,
      CredentialStore credentials,
      StandingStore standings,
      DeviceAudit audit) {
    this.changes = changes;
    this.credentials = credentials;
    this.standings = standings;
    this.audit = audit;
  }

  Uni<DeviceView> take(
      Caller caller, UUID deviceId, IfMatch match, Transition step, @Nullable String reason) {
    return changes
        .change(
            caller.organisationId(),
            deviceId,
            match,
            (session, device) -> {
              checkStartsHere(step, device.lifecycle());
              return credentials
                  .apply(session, deviceId, step.effect(), "unspecified")
                  .chain(() -> destination(session, device, step))
                  .map(
                      next -> {
                        device.become(next);
                        return new Change<>(device, event(caller, deviceId, step, reason));
                      });
            })
        .map(DeviceView::of);
  }

  static void checkStartsHere(Transition step, Lifecycle state) {
    if (!step.startsAt(state)) {
      throw new ProblemException(
          ProblemType.STATE_FORBIDS.because(
              "'" + step.wire() + "' can't be done to a device that is " + state.wire() + "."));
    }
  }

  private Uni<Lifecycle> destination(Mutiny.Session session, DeviceEntity device, Transition step) {
    return step.to().size() == 1
        ? Uni.createFrom().item(step.to().getFirst())
        : standings.of(session, device.id(), step);
  }

  private AuditEvent event(Caller caller, UUID device, Transition step, @Nullable String reason) {
    // What was done, and why: two codes of fixed sets.
    String code = reason == null ? step.wire() : step.wire() + "/" + reason;
    return audit
        .byUser(AuditAction.AUDIT_ACTION_DEVICE_STATE_CHANGED, caller, device)
        .setReasonCode(code)
        .build();
  }
}
