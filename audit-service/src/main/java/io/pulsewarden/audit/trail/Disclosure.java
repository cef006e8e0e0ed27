package io.pulsewarden.audit.trail;

import io.pulsewarden.audit.problem.ProblemException;
import io.pulsewarden.auditclient.AuditTrail;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What is shown is in the log first. Blocks: for virtual threads. */
@ApplicationScoped
public class Disclosure {

  private static final long PATIENCE_SECONDS = 8;

  private final AuditTrail trail;

  Disclosure(AuditTrail trail) {
    this.trail = trail;
  }

  /**
   * Returns once Kafka has the event.
   *
   * @throws ProblemException 503, if that can't be known; the caller shows nothing then
   */
  public void record(AuditEvent event) {
    try {
      trail.record(event).toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw ProblemException.auditUnavailable();
    } catch (ExecutionException | TimeoutException unwritten) {
      throw ProblemException.auditUnavailable();
    }
  }
}
