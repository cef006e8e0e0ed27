package io.pulsewarden.audit.search;

import io.pulsewarden.audit.log.LogStore;
import io.pulsewarden.audit.problem.ProblemException;
import io.pulsewarden.audit.trail.Caller;
import io.pulsewarden.audit.trail.Disclosure;
import io.pulsewarden.auditclient.AuditEvents;
import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.contracts.audit.v1.AuditOutcome;
import io.pulsewarden.contracts.audit.v1.Entity;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.jboss.resteasy.reactive.ResponseHeader;
import org.jspecify.annotations.Nullable;

/**
 * Entries for auditors, of their own organisation, as far as the newest checkpoint covers them.
 * Each look is in the log before it is answered.
 */
@Path("/v1/entries")
@RolesAllowed("auditor")
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
class EntryResource {

  private final EntryIndexStore index;
  private final LogStore log;
  private final Caller caller;
  private final AuditEvents events;
  private final Disclosure disclosure;

  EntryResource(
      EntryIndexStore index,
      LogStore log,
      Caller caller,
      AuditEvents events,
      Disclosure disclosure) {
    this.index = index;
    this.log = log;
    this.caller = caller;
    this.events = events;
    this.disclosure = disclosure;
  }

  /**
   * A page, newest first.
   *
   * @param next the cursor of the page after it; null if this is the last
   */
  public record Page(List<EntryView> items, @Nullable String next) {}

  @GET
  @ResponseHeader(name = "Cache-Control", value = "no-store")
  public Page search(@BeanParam EntryParameters parameters) {
    EntryQuery query = parameters.query(caller.organisation(), published());
    List<EntryIndexStore.Found> found = index.find(query);
    AuditEvent.Builder event =
        event(AuditAction.AUDIT_ACTION_AUDIT_SEARCHED, AuditOutcome.AUDIT_OUTCOME_SUCCESS)
            .addEntity(Entity.newBuilder().setType("AuditEntry").setCount(found.size()));
    if (query.patient() != null) {
      event.addPatientId(query.patient());
    }
    if (query.actor() != null) {
      event.addEntity(Disclosure.agentAskedFor(query.actor(), found.size()));
    }
    disclosure.record(event.build());
    List<EntryView> items =
        found.stream()
            .map(one -> EntryView.of(one.leafIndex(), one.value(), one.hash(), false))
            .toList();
    boolean more = found.size() == query.limit();
    return new Page(items, more ? EntryParameters.cursor(found.getLast().leafIndex()) : null);
  }

  /** One entry with its leaf, to be proved by whoever wants to. */
  @GET
  @Path("/{index}")
  @ResponseHeader(name = "Cache-Control", value = "no-store")
  public EntryView read(@PathParam("index") String text) {
    long leaf = EntryParameters.number(text, "index");
    if (leaf >= published()) {
      throw ProblemException.notFound();
    }
    EntryIndexStore.Found found = index.read(leaf).orElseThrow(ProblemException::notFound);
    EntryView view = EntryView.of(leaf, found.value(), found.hash(), true);
    boolean own = isOpenTo(view, caller.organisation().toString());
    AuditEvent.Builder event =
        event(
                AuditAction.AUDIT_ACTION_AUDIT_ENTRY_READ,
                own ? AuditOutcome.AUDIT_OUTCOME_SUCCESS : AuditOutcome.AUDIT_OUTCOME_DENIED)
            .addEntity(Entity.newBuilder().setType("AuditEntry").setId(Long.toString(leaf)));
    disclosure.record(own ? event.build() : event.setReasonCode("other-organisation").build());
    if (!own) {
      throw ProblemException.notFound();
    }
    return view;
  }

  /** Heads of chains, and what concerns several organisations, name none. */
  private static boolean isOpenTo(EntryView view, String organisation) {
    EntryView.EventView event = view.event();
    return event == null
        || event.organisationId().isEmpty()
        || event.organisationId().equals(organisation);
  }

  private AuditEvent.Builder event(AuditAction action, AuditOutcome outcome) {
    return events.event(action, outcome, caller.organisation(), caller.agent());
  }

  private long published() {
    return log.latestCheckpoint().map(LogStore.StoredCheckpoint::size).orElse(0L);
  }
}
