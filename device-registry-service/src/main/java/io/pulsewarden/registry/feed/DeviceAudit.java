package io.pulsewarden.registry.feed;

import io.pulsewarden.auditclient.AuditEvents;
import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.contracts.audit.v1.AuditOutcome;
import io.pulsewarden.contracts.audit.v1.Entity;
import io.pulsewarden.registry.access.Caller;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.UUID;

/** Begins this service's audit events: who did what to which device. Thread-safe. */
@Singleton
public class DeviceAudit {

  private final AuditEvents events;

  DeviceAudit(Clock clock) {
    this.events = new AuditEvents(clock, new SecureRandom());
  }

  /** A person did it. */
  public AuditEvent.Builder byUser(AuditAction action, Caller caller, UUID device) {
    return byUser(action, caller, "Device", device);
  }

  /** A person did it to something that is no device. */
  public AuditEvent.Builder byUser(AuditAction action, Caller caller, String type, UUID id) {
    return events
        .event(
            action,
            AuditOutcome.AUDIT_OUTCOME_SUCCESS,
            caller.organisationId(),
            AuditEvents.user(caller.userId(), caller.roles()))
        .addEntity(entity(type, id.toString()));
  }

  /** The device itself did it. */
  public AuditEvent.Builder byDevice(AuditAction action, UUID organisation, UUID device) {
    return events
        .event(action, AuditOutcome.AUDIT_OUTCOME_SUCCESS, organisation, AuditEvents.device(device))
        .addEntity(entity("Device", device.toString()));
  }

  /** Somebody who said to be a device, and did not prove it, of no known organisation. */
  public AuditEvent.Builder byStranger(AuditAction action, UUID claimedDevice) {
    return byDevice(action, claimedDevice, claimedDevice).clearOrganisationId();
  }

  /** Somebody with a certificate that is not known here. */
  public AuditEvent.Builder byUnknownCertificate(AuditAction action, String fingerprint) {
    AuditEvent.Builder event = byStranger(action, new UUID(0, 0));
    return event
        .setAgent(event.getAgent().toBuilder().clearId())
        .clearEntity()
        .addEntity(entity("Certificate", fingerprint));
  }

  public static Entity entity(String type, String id) {
    return Entity.newBuilder().setType(type).setId(id).build();
  }
}
