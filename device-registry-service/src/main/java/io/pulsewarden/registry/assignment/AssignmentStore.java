package io.pulsewarden.registry.assignment;

import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.registry.access.Caller;
import io.pulsewarden.registry.access.WallStore;
import io.pulsewarden.registry.device.AssignmentEntity;
import io.pulsewarden.registry.device.AssignmentView;
import io.pulsewarden.registry.device.DeviceEntity;
import io.pulsewarden.registry.device.IfMatch;
import io.pulsewarden.registry.feed.DeviceAudit;
import io.pulsewarden.registry.feed.DeviceChangeStore;
import io.pulsewarden.registry.feed.DeviceChangeStore.Change;
import io.pulsewarden.registry.idempotency.IdempotencyKey;
import io.pulsewarden.registry.idempotency.IdempotencyStore;
import io.pulsewarden.registry.problem.Constraint;
import io.pulsewarden.registry.problem.Fields;
import io.pulsewarden.registry.problem.ProblemException;
import io.pulsewarden.registry.problem.ProblemType;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/** Assignments of a device. That they never overlap is the database's constraint. */
@ApplicationScoped
class AssignmentStore {

  private final WallStore wall;
  private final DeviceChangeStore changes;
  private final DeviceAudit audit;
  private final IdempotencyStore once;

  AssignmentStore(
      WallStore wall, DeviceChangeStore changes, DeviceAudit audit, IdempotencyStore once) {
    this.wall = wall;
    this.changes = changes;
    this.audit = audit;
    this.once = once;
  }

  /** Once for a key, however often it is sent. */
  Uni<AssignmentView> assign(
      Caller caller, UUID deviceId, NewAssignment wanted, IdempotencyKey key) {
    AssignmentEntity assignment =
        new AssignmentEntity(
            UUID.randomUUID(), deviceId, wanted.patientId(), wanted.from(), wanted.until());
    return wall.within(
            caller.organisationId(),
            session ->
                DeviceChangeStore.lock(session, caller.organisationId(), deviceId)
                    .chain(
                        device ->
                            once.of(
                                session,
                                caller,
                                key,
                                assignment.id(),
                                () -> insert(session, caller, device, assignment),
                                earlier -> session.find(AssignmentEntity.class, earlier))))
        .onFailure(failure -> Constraint.isBroken(failure, "assignment_alone"))
        .transform(failure -> new ProblemException(ProblemType.ASSIGNMENT_OVERLAPS.plain()))
        .map(AssignmentView::of);
  }

  private Uni<AssignmentEntity> insert(
      Mutiny.Session session, Caller caller, DeviceEntity device, AssignmentEntity assignment) {
    checkMayBeAssigned(device);
    return session
        .persist(assignment)
        .chain(
            () ->
                changes.publish(
                    session,
                    device,
                    changed(caller, assignment, AuditAction.AUDIT_ACTION_DEVICE_ASSIGNED)))
        .replaceWith(assignment);
  }

  Uni<AssignmentView> end(
      Caller caller, UUID deviceId, UUID assignmentId, IfMatch match, Instant until) {
    return changes.change(
        caller.organisationId(),
        deviceId,
        match,
        (session, device) ->
            find(session, deviceId, assignmentId)
                .map(
                    assignment -> {
                      end(assignment, until);
                      return changed(caller, assignment, AuditAction.AUDIT_ACTION_ASSIGNMENT_ENDED);
                    }));
  }

  private static void end(AssignmentEntity assignment, Instant until) {
    if (assignment.cancelledAt() != null) {
      throw new ProblemException(ProblemType.ASSIGNMENT_CANCELLED.plain());
    }
    if (!until.isAfter(assignment.from())) {
      throw Fields.invalid("until", "Has to be later than the assignment's 'from'.");
    }
    Instant ended = assignment.until();
    if (ended != null && until.isAfter(ended)) {
      throw new ProblemException(
          ProblemType.ASSIGNMENT_ENDED.because("An end can only be brought forward."));
    }
    assignment.end(until);
  }

  private Change<AssignmentView> changed(
      Caller caller, AssignmentEntity assignment, AuditAction action) {
    AuditEvent event =
        audit
            .byUser(action, caller, assignment.deviceId())
            .addPatientId(assignment.patientId().toString())
            .addEntity(DeviceAudit.entity("Assignment", assignment.id().toString()))
            .build();
    return new Change<>(AssignmentView.of(assignment), event);
  }

  private static Uni<AssignmentEntity> find(Mutiny.Session session, UUID device, UUID id) {
    return session
        .createSelectionQuery(
            "from AssignmentEntity a where a.id = :id and a.deviceId = :device",
            AssignmentEntity.class)
        .setParameter("id", id)
        .setParameter("device", device)
        .getSingleResultOrNull()
        .onItem()
        .ifNull()
        .failWith(() -> new ProblemException(ProblemType.NOT_FOUND.plain()));
  }

  private static void checkMayBeAssigned(DeviceEntity device) {
    if (!device.lifecycle().mayBeAssigned()) {
      throw new ProblemException(
          ProblemType.STATE_FORBIDS.because(
              "A device that is " + device.lifecycle().wire() + " can't be assigned."));
    }
  }
}
