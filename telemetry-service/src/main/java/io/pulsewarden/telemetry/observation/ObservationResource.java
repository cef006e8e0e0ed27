package io.pulsewarden.telemetry.observation;

import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.Entity;
import io.pulsewarden.telemetry.access.AccessRules;
import io.pulsewarden.telemetry.access.Caller;
import io.pulsewarden.telemetry.access.CallerResource;
import io.pulsewarden.telemetry.access.Decision;
import io.pulsewarden.telemetry.access.Role;
import io.pulsewarden.telemetry.auditing.AccessEvent;
import io.pulsewarden.telemetry.auditing.ContextReturn;
import io.pulsewarden.telemetry.auditing.Disclosure;
import io.pulsewarden.telemetry.failure.FailureCode;
import io.pulsewarden.telemetry.failure.RequestFailedException;
import io.pulsewarden.telemetry.fhir.FhirAnswer;
import io.pulsewarden.telemetry.fhir.FhirJson;
import io.pulsewarden.telemetry.fhir.SearchBundle;
import io.pulsewarden.telemetry.fhir.SearchParameters;
import io.pulsewarden.telemetry.gap.GapReports;
import io.pulsewarden.telemetry.gap.GapReports.Missing;
import io.pulsewarden.telemetry.keys.SubjectErasedException;
import io.pulsewarden.telemetry.observation.ObservationFinder.Named;
import io.pulsewarden.telemetry.observation.ObservationFinder.Page;
import io.pulsewarden.telemetry.paging.SealedCursors;
import io.quarkus.security.Authenticated;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.hl7.fhir.r4.model.Bundle;

/** Observation by read and search (docs/fhir.md). Every answer goes through {@link Disclosure}. */
@Path("/fhir/Observation")
@Authenticated
@Produces({FhirJson.MEDIA_TYPE, MediaType.APPLICATION_JSON})
public class ObservationResource {

  private static final String TYPE = "Observation";
  private static final AuditAction READ = AuditAction.AUDIT_ACTION_OBSERVATION_READ;
  private static final AuditAction SEARCHED = AuditAction.AUDIT_ACTION_OBSERVATION_SEARCHED;

  @Inject CallerResource callers;
  @Inject AccessRules access;
  @Inject AccessEvent events;
  @Inject Disclosure disclosure;
  @Inject ObservationFinder finder;
  @Inject SealedCursors cursors;
  @Inject FhirJson json;
  @Inject GapReports gaps;

  @GET
  @Path("{id}")
  public Uni<Response> read(@PathParam("id") String id) {
    Caller caller = callers.current();
    if (!caller.has(Role.CLINICIAN)) {
      return refuse(caller, READ, List.of(), AccessEvent.some(TYPE, 1), AccessRules.ROLE_MISSING);
    }
    return finder
        .locate(caller.organisation(), id)
        .chain(
            named ->
                named.isEmpty()
                    ? missing(caller, List.of(), id)
                    : access
                        .vitalsOf(caller, named.get().series().patient())
                        .chain(decision -> read(caller, named.get(), id, decision)));
  }

  private Uni<Response> read(Caller caller, Named named, String id, Decision decision) {
    List<UUID> patient = List.of(named.series().patient());
    Entity entity = AccessEvent.one(TYPE, id);
    return switch (decision) {
      case Decision.Denied(String reason) -> refuse(caller, READ, patient, entity, reason);
      case Decision.Granted() ->
          finder
              .read(caller.organisation(), named, id)
              .onFailure(SubjectErasedException.class)
              .recoverWithUni(() -> erased(caller, READ, patient, entity))
              .chain(
                  found ->
                      found.isEmpty()
                          ? missing(caller, patient, id)
                          : disclosure.release(
                              events.granted(caller, READ, patient, entity),
                              FhirAnswer.ok(
                                  json.encode(
                                      ObservationEncoder.encode(
                                          caller.organisation(), found.get())))));
    };
  }

  @GET
  public Uni<Response> search(@Context UriInfo uri) {
    Caller caller = callers.current();
    SearchParameters parameters = SearchParameters.of(uri, QueryParser.PARAMETERS);
    String base = FhirAnswer.base(uri);
    String self = uri.getRequestUri().toString();
    return query(caller, parameters)
        .chain(
            query ->
                access
                    .vitalsOf(caller, query.patient())
                    .chain(decision -> search(caller, query, decision, base, self)));
  }

  private Uni<ObservationSearch> query(Caller caller, SearchParameters parameters) {
    Optional<String> cursor = parameters.one("_cursor");
    if (cursor.isEmpty()) {
      return Uni.createFrom().item(QueryParser.parse(parameters));
    }
    if (!parameters.hasOnly(Set.of("_cursor", "_format"))) {
      throw new RequestFailedException(
          FailureCode.INVALID_REQUEST, "_cursor holds the whole search: nothing goes beside it");
    }
    return ContextReturn.home(cursors.open(caller.organisation(), cursor.get()))
        .map(CursorFormat::read);
  }

  private Uni<Response> search(
      Caller caller, ObservationSearch query, Decision decision, String base, String self) {
    List<UUID> patient = List.of(query.patient());
    return switch (decision) {
      case Decision.Denied(String reason) when reason.equals(AccessRules.ROLE_MISSING) ->
          refuse(caller, SEARCHED, patient, AccessEvent.some(TYPE, 0), reason);
      case Decision.Denied(String reason) ->
          disclosure.release(
              events.denied(caller, SEARCHED, patient, AccessEvent.some(TYPE, 0), reason),
              FhirAnswer.ok(json.encode(SearchBundle.of(base, self, Optional.empty(), List.of()))));
      case Decision.Granted() ->
          finder
              .search(caller.organisation(), query)
              .onFailure(SubjectErasedException.class)
              .recoverWithUni(() -> erased(caller, SEARCHED, patient, AccessEvent.some(TYPE, 0)))
              .chain(page -> answer(caller, query, page, base, self));
    };
  }

  private Uni<Response> answer(
      Caller caller, ObservationSearch query, Page page, String base, String self) {
    Entity entity = AccessEvent.some(TYPE, page.found().size());
    return Uni.combine()
        .all()
        .unis(next(caller, query, page, base), missing(caller, query))
        .asTuple()
        // A thousand resources take a tenth of a second to encode: not on an event loop.
        .emitOn(Infrastructure.getDefaultWorkerPool())
        .map(
            both ->
                json.encode(
                    said(
                        SearchBundle.of(
                            base,
                            self,
                            both.getItem1(),
                            page.found().stream()
                                .map(
                                    found ->
                                        ObservationEncoder.encode(caller.organisation(), found))
                                .toList()),
                        both.getItem2())))
        .chain(
            body ->
                disclosure.release(
                    events.granted(caller, SEARCHED, List.of(query.patient()), entity),
                    FhirAnswer.ok(body)));
  }

  /**
   * What the answer lacks is said on its first page, of the whole span that was asked for. Who
   * follows changes asks for no span, and is told nothing.
   */
  private Uni<List<Missing>> missing(Caller caller, ObservationSearch search) {
    return switch (search) {
      case ObservationQuery query when query.after() == null && !query.span().isEmpty() ->
          gaps.of(
              caller.organisation(),
              query.patient(),
              query.span().fromMillis(),
              query.span().untilMillis(),
              MissingData.MAX_NAMED + 1);
      case ObservationQuery _, ChangeQuery _ -> Uni.createFrom().item(List.of());
    };
  }

  private static Bundle said(Bundle page, List<Missing> missing) {
    return missing.isEmpty() ? page : SearchBundle.with(page, MissingData.outcome(missing));
  }

  private Uni<Optional<String>> next(
      Caller caller, ObservationSearch query, Page page, String base) {
    if (!page.more()) {
      return Uni.createFrom().item(Optional.empty());
    }
    return cursors
        .seal(caller.organisation(), CursorFormat.write(query, page.found().getLast()))
        .map(cursor -> Optional.of(base + "/Observation?_cursor=" + cursor));
  }

  private Uni<Response> missing(Caller caller, List<UUID> patients, String id) {
    // Only what has the form of an id of ours goes into the log: the rest could be anything.
    Entity entity =
        id.matches("[a-z2-7]{26}") ? AccessEvent.one(TYPE, id) : AccessEvent.some(TYPE, 1);
    return disclosure.refuse(
        events.failed(caller, READ, patients, entity, "not-found"), notFound());
  }

  private Uni<Response> refuse(
      Caller caller, AuditAction action, List<UUID> patients, Entity entity, String reason) {
    return disclosure.refuse(
        events.denied(caller, action, patients, entity, reason),
        reason.equals(AccessRules.ROLE_MISSING)
            ? new RequestFailedException(FailureCode.NOT_ALLOWED, "the role does not allow this")
            : notFound());
  }

  private <T> Uni<T> erased(Caller caller, AuditAction action, List<UUID> patients, Entity entity) {
    return disclosure.refuse(
        events.failed(caller, action, patients, entity, "erased"), new SubjectErasedException());
  }

  private static RequestFailedException notFound() {
    return new RequestFailedException(FailureCode.NOT_FOUND, "no such Observation");
  }
}
