package io.pulsewarden.audit.fhir;

import io.pulsewarden.audit.patientlogin.PatientLoginStore;
import io.pulsewarden.audit.problem.ProblemException;
import io.pulsewarden.audit.search.IndexedEntry;
import io.pulsewarden.audit.trail.Caller;
import io.pulsewarden.audit.trail.Disclosure;
import io.pulsewarden.auditclient.AuditEvents;
import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.contracts.audit.v1.AuditOutcome;
import io.pulsewarden.contracts.audit.v1.Entity;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hl7.fhir.instance.model.api.IBaseResource;

/**
 * AuditEvents for auditors, all of their organisation, and for patients, of their own data alone
 * (accounting of disclosures, 45 CFR 164.528). As far as the newest checkpoint covers the log. Each
 * look is in the log before it is answered.
 */
@Path("/fhir/AuditEvent")
@RolesAllowed({"auditor", "patient"})
@RunOnVirtualThread
@Produces({FhirJson.MEDIA_TYPE, MediaType.APPLICATION_JSON})
class AuditEventResource {

  private static final String CURSOR = "_cursor";

  private final AuditEventStore store;
  private final PatientLoginStore logins;
  private final FhirJson json;
  private final Caller caller;
  private final AuditEvents events;
  private final Disclosure disclosure;

  AuditEventResource(
      AuditEventStore store,
      PatientLoginStore logins,
      FhirJson json,
      Caller caller,
      AuditEvents events,
      Disclosure disclosure) {
    this.store = store;
    this.logins = logins;
    this.json = json;
    this.caller = caller;
    this.events = events;
    this.disclosure = disclosure;
  }

  @GET
  public Response search(@Context UriInfo uri) {
    CursorFormat.Place place = place(uri);
    EventQuery query = QueryParser.parse(place.parameters());
    Viewer viewer = viewer();
    requireOwn(viewer, query);
    List<IndexedEntry> found = store.find(viewer.organisation(), query, place.before());
    boolean more = found.size() > query.count();
    List<IndexedEntry> page = more ? found.subList(0, query.count()) : found;
    disclosure.record(searched(query, AuditOutcome.AUDIT_OUTCOME_SUCCESS, page.size()).build());
    String base = uri.getBaseUriBuilder().path("fhir").build().toString();
    Optional<String> next =
        more
            ? Optional.of(
                base
                    + "/AuditEvent?_cursor="
                    + CursorFormat.write(
                        new CursorFormat.Place(place.parameters(), page.getLast().leafIndex())))
            : Optional.empty();
    return answer(
        SearchBundle.of(
            base,
            uri.getRequestUri().toString(),
            next,
            page.stream().map(entry -> AuditEventEncoder.encode(entry, viewer)).toList()));
  }

  @GET
  @Path("/{id}")
  public Response read(@PathParam("id") String id) {
    // Only what has the form of an id of ours goes into the log: the rest could be anything.
    if (!id.matches("0|[1-9]\\d{0,17}") || Long.parseLong(id) >= store.published()) {
      throw ProblemException.notFound();
    }
    Viewer viewer = viewer();
    Optional<IndexedEntry> entry = store.read(Long.parseLong(id));
    boolean shown = entry.filter(found -> isOpenTo(viewer, found)).isPresent();
    AuditEvent.Builder event =
        event(
                AuditAction.AUDIT_ACTION_AUDIT_ENTRY_READ,
                shown || entry.isEmpty()
                    ? AuditOutcome.AUDIT_OUTCOME_SUCCESS
                    : AuditOutcome.AUDIT_OUTCOME_DENIED)
            .addEntity(Entity.newBuilder().setType("AuditEvent").setId(id).setCount(1));
    if (shown) {
      event.addAllPatientId(
          entry.get().record().getEvent().getPatientIdList().stream()
              .filter(viewer::maySeePatient)
              .distinct()
              .toList());
    } else if (entry.isPresent()) {
      event.setReasonCode("not-open-to-caller");
    }
    disclosure.record(event.build());
    if (!shown) {
      throw ProblemException.notFound();
    }
    return answer(AuditEventEncoder.encode(entry.get(), viewer));
  }

  private CursorFormat.Place place(UriInfo uri) {
    Map<String, List<String>> given = new HashMap<>(uri.getQueryParameters());
    List<String> cursor = given.remove(CURSOR);
    if (cursor == null) {
      return new CursorFormat.Place(new SearchParameters(given), store.published());
    }
    given.remove("_format");
    if (cursor.size() != 1 || !given.isEmpty()) {
      throw ProblemException.unsupported("_cursor holds the whole search: nothing goes beside it");
    }
    CursorFormat.Place place = CursorFormat.read(cursor.getFirst());
    return new CursorFormat.Place(place.parameters(), Math.min(place.before(), store.published()));
  }

  /** The wider role counts where somebody has both. */
  private Viewer viewer() {
    if (caller.has("auditor")) {
      return new Viewer.Auditor(caller.organisation());
    }
    return logins
        .patientOf(caller.organisation(), caller.login())
        .<Viewer>map(patient -> new Viewer.OwnPatient(caller.organisation(), patient))
        .orElseThrow(ProblemException::forbidden);
  }

  private void requireOwn(Viewer viewer, EventQuery query) {
    if (viewer instanceof Viewer.OwnPatient own
        && !query.patient().equals(Optional.of(own.patient()))) {
      disclosure.record(
          searched(query, AuditOutcome.AUDIT_OUTCOME_DENIED, 0)
              .setReasonCode("not-own-patient")
              .build());
      throw ProblemException.forbidden();
    }
  }

  private static boolean isOpenTo(Viewer viewer, IndexedEntry entry) {
    AuditEvent event = entry.record().getEvent();
    boolean ownOrganisation = event.getOrganisationId().equals(viewer.organisation().toString());
    return switch (viewer) {
      case Viewer.Auditor all -> ownOrganisation;
      case Viewer.OwnPatient own ->
          ownOrganisation && event.getPatientIdList().contains(own.patient().toString());
    };
  }

  private AuditEvent.Builder searched(EventQuery query, AuditOutcome outcome, int found) {
    AuditEvent.Builder event =
        event(AuditAction.AUDIT_ACTION_AUDIT_SEARCHED, outcome)
            .addEntity(Entity.newBuilder().setType("AuditEvent").setCount(found));
    query.patient().ifPresent(patient -> event.addPatientId(patient.toString()));
    query.agent().ifPresent(agent -> event.addEntity(Disclosure.agentAskedFor(agent, found)));
    return event;
  }

  private AuditEvent.Builder event(AuditAction action, AuditOutcome outcome) {
    return events.event(action, outcome, caller.organisation(), caller.agent());
  }

  private Response answer(IBaseResource resource) {
    return Response.ok(json.encode(resource), FhirJson.MEDIA_TYPE)
        .header(HttpHeaders.CACHE_CONTROL, "no-store")
        .build();
  }
}
