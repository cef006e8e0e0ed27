package io.pulsewarden.registry.assignment;

import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.registry.access.Caller;
import io.pulsewarden.registry.device.AssignmentEntity;
import io.pulsewarden.registry.device.AssignmentView;
import io.pulsewarden.registry.device.DeviceEntity;
import io.pulsewarden.registry.feed.DeviceAudit;
import io.pulsewarden.registry.feed.DeviceChangeStore;
import io.pulsewarden.registry.feed.DeviceChangeStore.Change;
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

  private final DeviceChangeStore changes;
  private final DeviceAudit audit;

  AssignmentStore(DeviceChangeStore changes, DeviceAudit audit) {
    this.changes = changes;
    this.audit = audit;
  }

  Uni<AssignmentView> assign(Caller caller, UUID deviceId, NewAssignment wanted) {
    return changes
        .change(
            caller.organisationId(),
            deviceId,
            (session, device) -> {
              checkMayBeAssigned(device);
              AssignmentEntity assignment =
                  new AssignmentEntity(
                      UUID.randomUUID(),
                      deviceId,
                      wanted.patientId(),
                      wanted.from(),
                      wanted.until());
              return session
                  .persist(assignment)
                  .replaceWith(
                      () -> changed(caller, assignment, AuditAction.AUDIT_ACTION_DEVICE_ASSIGNED));
            })
        .onFailure(failure -> Constraint.isBroken(failure, "assignment_alone"))
        .transform(failure -> new ProblemException(ProblemType.ASSIGNMENT_OVERLAPS.plain()));
  }

  Uni<AssignmentView> end(Caller caller, UUID deviceId, UUID assignmentId, Instant until) {
    return changes.change(
        caller.organisationId(),
        deviceId,
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
