package io.pulsewarden.telemetry.auditing;

import io.pulsewarden.auditclient.AuditTrail;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.smallrye.mutiny.Uni;

/**
 * The one door through which protected data leaves: an answer is handed over once Kafka has the
 * audit entry that tells of it, and not at all if it can't have it. Denials pass here as well, so
 * that nobody can look around unseen while the log is down. Thread-safe.
 *
 * <p>A crash after the entry and before the answer leaves an entry of something that nobody saw:
 * the right way to err.
 */
public final class Disclosure {

  private final AuditTrail trail;

  public Disclosure(AuditTrail trail) {
    this.trail = trail;
  }

  /** The answer, after its entry; a failure, and no answer, if there can be no entry. */
  public <T> Uni<T> release(AuditEvent event, T answer) {
    return recorded(event).map(recorded -> answer);
  }

  /** For what ends in a failure: the entry, then the failure. */
  public <T> Uni<T> refuse(AuditEvent event, RuntimeException failure) {
    return recorded(event)
        .map(
            recorded -> {
              throw failure;
            });
  }

  private Uni<Void> recorded(AuditEvent event) {
    return ContextReturn.home(Uni.createFrom().completionStage(() -> trail.record(event)));
  }
}
