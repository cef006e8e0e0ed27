package io.pulsewarden.telemetry.session;

import io.micrometer.core.instrument.MeterRegistry;
import io.pulsewarden.auditclient.AuditEvents;
import io.pulsewarden.auditclient.AuditTrail;
import io.pulsewarden.contracts.audit.v1.Agent;
import io.pulsewarden.contracts.audit.v1.AgentKind;
import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditOutcome;
import io.pulsewarden.telemetry.devicefeed.Device;
import io.pulsewarden.telemetry.devicefeed.DeviceDirectory;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.UUID;

/**
 * Counts and audits what happens to sessions. Nobody waits for the audit log here: no PHI leaves by
 * opening a session. Thread-safe.
 */
@Singleton
class SessionJournal {

  private static final UUID NO_ORGANISATION = new UUID(0, 0);

  private final MeterRegistry metrics;
  private final AuditTrail audit;
  private final AuditEvents events;
  private final DeviceDirectory directory;

  SessionJournal(
      MeterRegistry metrics, AuditTrail audit, AuditEvents events, DeviceDirectory directory) {
    this.metrics = metrics;
    this.audit = audit;
    this.events = events;
    this.directory = directory;
  }

  void opened(UUID device) {
    metrics.counter("pulsewarden.sessions.opened").increment();
    record(
        AuditAction.AUDIT_ACTION_SESSION_OPENED,
        AuditOutcome.AUDIT_OUTCOME_SUCCESS,
        Optional.of(device),
        "");
  }

  void closed(UUID device, CloseReason reason) {
    metrics.counter("pulsewarden.sessions.closed", "reason", reason.code()).increment();
    record(
        AuditAction.AUDIT_ACTION_SESSION_CLOSED,
        AuditOutcome.AUDIT_OUTCOME_SUCCESS,
        Optional.of(device),
        reason.code());
  }

  /** A message under QoS 0 was not taken. */
  void dropped() {
    metrics.counter("pulsewarden.sessions.dropped").increment();
  }

  /** As was audited a moment ago. */
  void refusedAgain(RefusalReason reason) {
    metrics.counter("pulsewarden.sessions.refused", "reason", reason.code()).increment();
  }

  /** Counted alone: anybody can fail a handshake, as often as they like, and it names nobody. */
  void refusedInTls(TlsRefusal reason) {
    metrics.counter("pulsewarden.sessions.refused", "reason", reason.code()).increment();
  }

  void refused(Optional<UUID> device, RefusalReason reason) {
    refusedAgain(reason);
    record(
        AuditAction.AUDIT_ACTION_SESSION_REFUSED,
        AuditOutcome.AUDIT_OUTCOME_DENIED,
        device,
        reason.code());
  }

  private void record(
      AuditAction action, AuditOutcome outcome, Optional<UUID> device, String reasonCode) {
    UUID organisation =
        device.flatMap(directory::find).map(Device::organisation).orElse(NO_ORGANISATION);
    Agent agent =
        device
            .map(AuditEvents::device)
            .orElseGet(() -> Agent.newBuilder().setKind(AgentKind.AGENT_KIND_DEVICE).build());
    audit
        .record(
            events.event(action, outcome, organisation, agent).setReasonCode(reasonCode).build())
        .whenComplete(
            (_, failure) -> {
              if (failure != null) {
                metrics.counter("pulsewarden.sessions.unaudited").increment();
              }
            });
  }
}
