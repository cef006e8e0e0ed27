package io.pulsewarden.audit.index;

import io.pulsewarden.audit.trail.OwnEvents;
import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.contracts.audit.v1.AuditOutcome;
import io.pulsewarden.contracts.audit.v1.Entity;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Compares the index with the log and tells: the log itself, the metrics, the service's health and
 * whoever reads its output. Thread-safe.
 */
final class IndexWatch {

  private static final Logger LOG = Logger.getLogger(IndexWatch.class);

  private final IndexCheck check;
  private final IndexMetrics metrics;
  private final OwnEvents events;
  private volatile Optional<IndexCheck.Result> last = Optional.empty();

  IndexWatch(IndexCheck check, IndexMetrics metrics, OwnEvents events) {
    this.check = check;
    this.metrics = metrics;
    this.events = events;
  }

  /** Compares now; blocks. */
  IndexCheck.Result look() {
    IndexCheck.Result result = check.searched();
    last = Optional.of(result);
    metrics.checked(result);
    result.first().ifPresent(IndexWatch::alert);
    events.record(event(result));
    return result;
  }

  /** What the last comparison saw; empty before the first. */
  Optional<IndexCheck.Result> last() {
    return last;
  }

  private static void alert(IndexDifference first) {
    LOG.errorf(
        "index differs from the log first=%d table=%s difference=%s",
        first.leaf(), first.table(), first.kind());
  }

  private AuditEvent event(IndexCheck.Result result) {
    AuditEvent.Builder event =
        events.event(
            AuditAction.AUDIT_ACTION_AUDIT_INDEX_COMPARED,
            result.first().isEmpty()
                ? AuditOutcome.AUDIT_OUTCOME_SUCCESS
                : AuditOutcome.AUDIT_OUTCOME_FAILED);
    event.addEntity(Entity.newBuilder().setType("AuditEntry").setCount(result.entries()));
    result
        .first()
        .ifPresent(
            first ->
                event
                    .setReasonCode(first.kind().code())
                    .addEntity(
                        Entity.newBuilder()
                            .setType("AuditEntry")
                            .setId(Long.toString(first.leaf()))
                            .setCount(1)));
    return event.build();
  }
}
