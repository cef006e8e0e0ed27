package io.pulsewarden.keys.access;

import io.pulsewarden.auditclient.AuditEvents;
import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.contracts.audit.v1.AuditOutcome;
import io.pulsewarden.keys.problem.ProblemException;
import io.pulsewarden.outbox.OutboxRow;
import io.pulsewarden.outbox.OutboxWriter;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.spi.runtime.AuthorizationFailureEvent;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.ObservesAsync;
import java.util.List;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.jboss.logging.Logger;

/**
 * Tells the log of people whose roles did not allow what they asked for. Who has no token of ours
 * is nobody, and could fill the log.
 */
@ApplicationScoped
class RefusedCallersStore {

  private static final Logger LOG = Logger.getLogger(RefusedCallersStore.class);
  private static final String REASON = "role";

  private final Pool pool;
  private final AuditEvents events;

  RefusedCallersStore(Pool pool, AuditEvents events) {
    this.pool = pool;
    this.events = events;
  }

  void refused(@ObservesAsync AuthorizationFailureEvent failure) {
    SecurityIdentity identity = failure.getSecurityIdentity();
    if (identity == null || !(identity.getPrincipal() instanceof JsonWebToken token)) {
      return;
    }
    try {
      record(event(CallerConfiguration.caller(token, identity.getRoles())));
    } catch (ProblemException namesNobody) {
      LOG.debug("a token that names nobody was refused", namesNobody);
    }
  }

  private AuditEvent event(Caller caller) {
    return events
        .event(
            AuditAction.AUDIT_ACTION_KEYS_DENIED,
            AuditOutcome.AUDIT_OUTCOME_DENIED,
            caller.organisation(),
            AuditEvents.user(caller.userId(), caller.roles()))
        .setReasonCode(REASON)
        .build();
  }

  /** The answer does not wait for it: nothing was done. A crash before it forgets the refusal. */
  private void record(AuditEvent event) {
    pool.withTransaction(
            connection -> OutboxWriter.insert(connection, List.of(OutboxRow.audit(event))))
        .subscribe()
        .with(_ -> {}, away -> LOG.warn("a refused caller could not be recorded", away));
  }
}
