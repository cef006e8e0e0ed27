package io.pulsewarden.telemetry.bridge;

import io.micrometer.core.instrument.MeterRegistry;
import io.pulsewarden.auditclient.AuditEvents;
import io.pulsewarden.auditclient.AuditTrail;
import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditOutcome;
import io.pulsewarden.telemetry.receipt.Receipt;
import jakarta.inject.Singleton;
import java.util.Locale;

/**
 * Counts and audits what happens at bridges. Labels are brokers' names from the configuration and
 * names from tables. Thread-safe.
 */
@Singleton
class BridgeJournal {

  private static final String BROKER = "broker";

  private final MeterRegistry metrics;
  private final AuditTrail audit;
  private final AuditEvents events;

  BridgeJournal(MeterRegistry metrics, AuditTrail audit, AuditEvents events) {
    this.metrics = metrics;
    this.audit = audit;
    this.events = events;
  }

  /** Again for each time: brokers don't all say that they delivered something before. */
  void received(BridgedBroker broker) {
    metrics.counter("pulsewarden.bridge.received", BROKER, broker.name()).increment();
  }

  /** What became of its records is counted by the intake, by reason. */
  void acknowledged(BridgedBroker broker, Receipt receipt) {
    metrics
        .counter(
            "pulsewarden.bridge.acknowledged",
            BROKER,
            broker.name(),
            "outcome",
            receipt.outcome().name().toLowerCase(Locale.ROOT))
        .increment();
  }

  void opened(BridgedBroker broker) {
    metrics.counter("pulsewarden.bridge.opened", BROKER, broker.name()).increment();
    record(
        broker,
        AuditAction.AUDIT_ACTION_SESSION_OPENED,
        AuditOutcome.AUDIT_OUTCOME_SUCCESS,
        "bridge");
  }

  void closed(BridgedBroker broker, EndReason reason) {
    metrics
        .counter("pulsewarden.bridge.closed", BROKER, broker.name(), "reason", reason.code())
        .increment();
    record(
        broker,
        AuditAction.AUDIT_ACTION_SESSION_CLOSED,
        AuditOutcome.AUDIT_OUTCOME_SUCCESS,
        reason.code());
  }

  /** It was not opened; said once for each run of attempts that end alike. */
  void refused(BridgedBroker broker, EndReason reason) {
    metrics
        .counter("pulsewarden.bridge.refused", BROKER, broker.name(), "reason", reason.code())
        .increment();
    record(
        broker,
        AuditAction.AUDIT_ACTION_SESSION_REFUSED,
        AuditOutcome.AUDIT_OUTCOME_DENIED,
        reason.code());
  }

  private void record(
      BridgedBroker broker, AuditAction action, AuditOutcome outcome, String reasonCode) {
    audit
        .record(
            events
                .event(action, outcome, broker.organisation(), AuditEvents.device(broker.gateway()))
                .setReasonCode(reasonCode)
                .build())
        .whenComplete(
            (_, failure) -> {
              if (failure != null) {
                metrics.counter("pulsewarden.sessions.unaudited").increment();
              }
            });
  }
}
