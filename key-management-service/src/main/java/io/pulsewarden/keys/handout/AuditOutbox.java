package io.pulsewarden.keys.handout;

import io.pulsewarden.contracts.audit.v1.AuditEvent;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Where audit events wait, durably, for Kafka. */
interface AuditOutbox {

  /** Completes once the events can't be lost any more. */
  CompletionStage<Void> record(List<AuditEvent> events);
}
