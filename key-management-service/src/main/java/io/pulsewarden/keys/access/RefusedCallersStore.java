package io.pulsewarden.keys.access;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.pulsewarden.auditclient.AuditEvents;
import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.contracts.audit.v1.AuditOutcome;
import io.pulsewarden.keys.problem.ProblemException;
import io.pulsewarden.outbox.OutboxRow;
import io.pulsewarden.outbox.OutboxWriter;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.List;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.jboss.logging.Logger;

/**
 * Tells the log of people whose roles did not allow what they asked for. Who has no token of ours
 * is nobody, and could fill the log; who has one could as well, so that a minute has room for so
 * many refusals of one person and so many in all, and a counter for the rest.
 */
@ApplicationScoped
class RefusedCallersStore {

  private static final Logger LOG = Logger.getLogger(RefusedCallersStore.class);
  private static final String REASON = "role";

  /** More than somebody needs who took the wrong door. */
  private static final int OF_ONE = 20;

  private static final int OF_ALL = 600;

  private final Pool pool;
  private final AuditEvents events;
  private final MinuteBudget<String> each;
  private final MinuteBudget<String> all;
  private final Counter unrecorded;

  RefusedCallersStore(Pool pool, AuditEvents events, MeterRegistry meters, Clock clock) {
    this.pool = pool;
    this.events = events;
    this.each = new MinuteBudget<>(OF_ONE, clock);
    this.all = new MinuteBudget<>(OF_ALL, clock);
    this.unrecorded = meters.counter("pulsewarden.keys.refusals.unrecorded");
  }

  /**
   * Completes with true when it is durable, or at once for who is nobody; with false if this minute
   * has no room for it.
   */
  Uni<Boolean> record(SecurityIdentity refused) {
    if (!(refused.getPrincipal() instanceof JsonWebToken token)) {
      return Uni.createFrom().item(true);
    }
    try {
      return ofPerson(CallerConfiguration.caller(token, refused.getRoles()));
    } catch (ProblemException namesNobody) {
      LOG.debug("a token that names nobody was refused", namesNobody);
      return Uni.createFrom().item(true);
    }
  }

  private Uni<Boolean> ofPerson(Caller caller) {
    if (each.take(caller.organisation() + " " + caller.userId()) && all.take("")) {
      return write(event(caller)).replaceWith(true);
    }
    unrecorded.increment();
    return Uni.createFrom().item(false);
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

  /** A crash before the commit leaves a request without an answer; after it, one in the log. */
  private Uni<Void> write(AuditEvent event) {
    return pool.withTransaction(
        connection -> OutboxWriter.insert(connection, List.of(OutboxRow.audit(event))));
  }
}
