package io.pulsewarden.audit.trail;

import io.pulsewarden.audit.problem.ProblemException;
import io.pulsewarden.auditclient.AuditTrail;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.contracts.audit.v1.Entity;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.UUID;
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
   * Who was asked for, as the log may learn it: a random id, or one that stands in entries. What is
   * neither is whatever somebody typed, perhaps a name, and a leaf can't be made to forget it.
   *
   * @param found how many entries of that agent there were
   */
  public static Entity agentAskedFor(String id, int found) {
    Entity.Builder agent = Entity.newBuilder().setType("Agent");
    return found > 0 || isRandom(id) ? agent.setId(id).build() : agent.build();
  }

  private static boolean isRandom(String id) {
    try {
      return UUID.fromString(id).toString().equals(id);
    } catch (IllegalArgumentException typed) {
      return false;
    }
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
