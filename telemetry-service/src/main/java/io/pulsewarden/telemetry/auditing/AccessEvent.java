package io.pulsewarden.telemetry.auditing;

import io.pulsewarden.auditclient.AuditEvents;
import io.pulsewarden.contracts.audit.v1.Agent;
import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.contracts.audit.v1.AuditOutcome;
import io.pulsewarden.contracts.audit.v1.Entity;
import io.pulsewarden.telemetry.access.Caller;
import io.pulsewarden.telemetry.access.Role;
import java.util.Collection;
import java.util.Set;
import java.util.UUID;

/** Audit events of what a person did here: ids, counts and codes. */
public final class AccessEvent {

  private final AuditEvents events;

  public AccessEvent(AuditEvents events) {
    this.events = events;
  }

  /**
   * What the caller got.
   *
   * @param patients whose data it is about
   */
  public AuditEvent granted(
      Caller caller, AuditAction action, Collection<UUID> patients, Entity entity) {
    return builder(caller, action, AuditOutcome.AUDIT_OUTCOME_SUCCESS, patients)
        .addEntity(entity)
        .build();
  }

  /** What the caller changed, with a code that says how. */
  public AuditEvent changed(
      Caller caller,
      AuditAction action,
      Collection<UUID> patients,
      Entity entity,
      String changeCode) {
    return builder(caller, action, AuditOutcome.AUDIT_OUTCOME_SUCCESS, patients)
        .addEntity(entity)
        .setReasonCode(changeCode)
        .build();
  }

  /** What the caller did not get, and why. */
  public AuditEvent denied(
      Caller caller,
      AuditAction action,
      Collection<UUID> patients,
      Entity entity,
      String reasonCode) {
    return builder(caller, action, AuditOutcome.AUDIT_OUTCOME_DENIED, patients)
        .addEntity(entity)
        .setReasonCode(reasonCode)
        .build();
  }

  /** What was asked for and is not there, or not any more. */
  public AuditEvent failed(
      Caller caller,
      AuditAction action,
      Collection<UUID> patients,
      Entity entity,
      String reasonCode) {
    return builder(caller, action, AuditOutcome.AUDIT_OUTCOME_FAILED, patients)
        .addEntity(entity)
        .setReasonCode(reasonCode)
        .build();
  }

  /** One thing. */
  public static Entity one(String type, String id) {
    return Entity.newBuilder().setType(type).setId(id).setCount(1).build();
  }

  /** So many of a kind. */
  public static Entity some(String type, long count) {
    return Entity.newBuilder().setType(type).setCount(count).build();
  }

  private AuditEvent.Builder builder(
      Caller caller, AuditAction action, AuditOutcome outcome, Collection<UUID> patients) {
    AuditEvent.Builder event =
        events.event(
            action, outcome, caller.organisation(), agent(caller.userId(), caller.roles()));
    Set.copyOf(patients).stream().map(UUID::toString).sorted().forEach(event::addPatientId);
    return event;
  }

  private static Agent agent(String userId, Set<Role> roles) {
    return AuditEvents.user(userId, roles.stream().map(Role::tokenName).toList());
  }
}
