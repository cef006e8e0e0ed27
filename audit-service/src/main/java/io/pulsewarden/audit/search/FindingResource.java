package io.pulsewarden.audit.search;

import io.pulsewarden.audit.log.LogStore;
import io.pulsewarden.audit.trail.Caller;
import io.pulsewarden.audit.trail.Disclosure;
import io.pulsewarden.auditclient.AuditEvents;
import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditOutcome;
import io.pulsewarden.contracts.audit.v1.Entity;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.jboss.resteasy.reactive.ResponseHeader;
import org.jspecify.annotations.Nullable;

/**
 * What the log says is wrong with itself. A finding is about a producer's chain, never about a
 * patient or an organisation: auditors of all organisations see the same ones.
 */
@Path("/v1/findings")
@RolesAllowed("auditor")
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
class FindingResource {

  private final FindingIndexStore findings;
  private final LogStore log;
  private final Caller caller;
  private final AuditEvents events;
  private final Disclosure disclosure;

  FindingResource(
      FindingIndexStore findings,
      LogStore log,
      Caller caller,
      AuditEvents events,
      Disclosure disclosure) {
    this.findings = findings;
    this.log = log;
    this.caller = caller;
    this.events = events;
    this.disclosure = disclosure;
  }

  /** A page, newest first, as far as the newest checkpoint covers the log. */
  @GET
  @ResponseHeader(name = "Cache-Control", value = "no-store")
  public EntryResource.Page findings(
      @QueryParam("limit") @Nullable String limitText,
      @QueryParam("cursor") @Nullable String cursor) {
    int limit = EntryParameters.limitOrDefault(limitText);
    long published = log.latestCheckpoint().map(LogStore.StoredCheckpoint::size).orElse(0L);
    List<EntryIndexStore.Found> found =
        findings.before(EntryParameters.before(cursor, published), limit);
    disclosure.record(
        events
            .event(
                AuditAction.AUDIT_ACTION_AUDIT_SEARCHED,
                AuditOutcome.AUDIT_OUTCOME_SUCCESS,
                caller.organisation(),
                caller.agent())
            .addEntity(Entity.newBuilder().setType("Finding").setCount(found.size()))
            .build());
    return new EntryResource.Page(
        found.stream()
            .map(one -> EntryView.of(one.leafIndex(), one.value(), one.hash(), false))
            .toList(),
        found.size() == limit ? EntryParameters.cursor(found.getLast().leafIndex()) : null);
  }
}
