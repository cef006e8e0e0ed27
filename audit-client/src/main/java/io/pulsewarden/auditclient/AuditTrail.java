package io.pulsewarden.auditclient;

import io.pulsewarden.contracts.audit.v1.AuditEvent;
import java.util.concurrent.CompletionStage;

/**
 * Where a service says what it did, before the effect is seen outside. Thread-safe.
 *
 * <p>What must not happen unaudited waits for the stage: it completes when Kafka has acknowledged
 * the event with {@code acks=all}, and fails with {@link AuditUnavailableException} when it can't
 * be known to be there. Nobody retries on the caller's behalf: the caller answers 503.
 */
public interface AuditTrail {

  /** Completes once the event can't be lost. */
  CompletionStage<Void> record(AuditEvent event);

  /** Whether the last word from Kafka was a good one; for readiness. */
  boolean healthy();
}
