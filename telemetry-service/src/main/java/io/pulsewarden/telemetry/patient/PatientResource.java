package io.pulsewarden.telemetry.patient;

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
import io.pulsewarden.telemetry.keys.SubjectErasedException;
import io.quarkus.security.Authenticated;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.hl7.fhir.r4.model.Patient;
import org.jspecify.annotations.Nullable;

/** Patient by create, read and search (docs/fhir.md). */
@Path("/fhir/Patient")
@Authenticated
@Produces({FhirJson.MEDIA_TYPE, MediaType.APPLICATION_JSON})
public class PatientResource {

  private static final String TYPE = "Patient";
  private static final AuditAction READ = AuditAction.AUDIT_ACTION_PATIENT_READ;
  private static final AuditAction SEARCHED = AuditAction.AUDIT_ACTION_PATIENT_SEARCHED;

  @Inject CallerResource callers;
  @Inject AccessRules access;
  @Inject AccessEvent events;
  @Inject Disclosure disclosure;
  @Inject PatientRegistration registration;
  @Inject PatientStore store;
  @Inject Demographics demographics;
  @Inject BlindIndex indexes;
  @Inject FhirJson json;

  /** Creates a patient, or finds the one that has the identifier of If-None-Exist already. */
  @POST
  @Consumes({FhirJson.MEDIA_TYPE, MediaType.APPLICATION_JSON})
  public Uni<Response> create(
      @HeaderParam("If-None-Exist") @Nullable String condition, @Context UriInfo uri, String body) {
    Caller caller = callers.current();
    if (access.anyOf(caller, Role.PATIENT_ADMIN) instanceof Decision.Denied(String reason)) {
      return disclosure.refuse(
          events.denied(
              caller,
              AuditAction.AUDIT_ACTION_PATIENT_CREATED,
              List.of(),
              AccessEvent.some(TYPE, 1),
              reason),
          notAllowed());
    }
    Patient patient = demographics.read(body);
    Optional<PatientIdentifier> wanted =
        Optional.ofNullable(condition).map(ConditionalCreate::identifier);
    String base = FhirAnswer.base(uri);
    return registration
        .register(caller, patient, wanted)
        .chain(
            outcome ->
                switch (outcome) {
                  case PatientRegistration.Outcome.Created(PatientEntity row) ->
                      Uni.createFrom()
                          .item(
                              answer(
                                  Response.Status.CREATED,
                                  base,
                                  row,
                                  Demographics.describe(row, patient)));
                  case PatientRegistration.Outcome.Existed(PatientEntity row) ->
                      disclose(caller, row, base);
                });
  }

  private Uni<Response> disclose(Caller caller, PatientEntity row, String base) {
    return ContextReturn.home(demographics.open(row))
        .chain(
            found ->
                disclosure.release(
                    events.granted(
                        caller, READ, List.of(row.id), AccessEvent.one(TYPE, row.id.toString())),
                    answer(Response.Status.OK, base, row, found)));
  }

  private Response answer(Response.Status status, String base, PatientEntity row, Patient patient) {
    return FhirAnswer.of(status, json.encode(patient))
        .header(HttpHeaders.ETAG, "W/\"" + row.version + "\"")
        .header(HttpHeaders.LOCATION, URI.create(base + "/Patient/" + row.id))
        .build();
  }

  @GET
  @Path("{id}")
  public Uni<Response> read(@PathParam("id") String id, @Context UriInfo uri) {
    Caller caller = callers.current();
    UUID patient = id(id);
    Entity entity = AccessEvent.one(TYPE, patient.toString());
    return access
        .demographicsOf(caller, patient)
        .chain(
            decision ->
                switch (decision) {
                  case Decision.Denied(String reason) ->
                      disclosure.refuse(
                          events.denied(caller, READ, List.of(patient), entity, reason),
                          reason.equals(AccessRules.ROLE_MISSING) ? notAllowed() : notFound());
                  case Decision.Granted() -> read(caller, patient, entity);
                });
  }

  private Uni<Response> read(Caller caller, UUID patient, Entity entity) {
    return store
        .find(caller.organisation(), patient)
        .chain(
            row ->
                row.isEmpty()
                    ? disclosure.refuse(
                        events.failed(caller, READ, List.of(patient), entity, "not-found"),
                        notFound())
                    : ContextReturn.home(demographics.open(row.get()))
                        .onFailure(SubjectErasedException.class)
                        .recoverWithUni(
                            () ->
                                disclosure.refuse(
                                    events.failed(caller, READ, List.of(patient), entity, "erased"),
                                    new SubjectErasedException()))
                        .chain(
                            found ->
                                disclosure.release(
                                    events.granted(caller, READ, List.of(patient), entity),
                                    FhirAnswer.ok(json.encode(found)))));
  }

  /** By identifier, exactly. Whom the caller may not see is not found. */
  @GET
  public Uni<Response> search(@Context UriInfo uri) {
    Caller caller = callers.current();
    if (access.anyOf(caller, Role.PATIENT_ADMIN, Role.CLINICIAN)
        instanceof Decision.Denied(String reason)) {
      return disclosure.refuse(
          events.denied(caller, SEARCHED, List.of(), AccessEvent.some(TYPE, 0), reason),
          notAllowed());
    }
    PatientIdentifier identifier =
        PatientIdentifier.ofToken(
            SearchParameters.of(uri, Set.of("identifier"))
                .one("identifier")
                .orElseThrow(
                    () ->
                        new RequestFailedException(
                            FailureCode.INVALID_REQUEST, "identifier is required")));
    Target target = new Target(FhirAnswer.base(uri), uri.getRequestUri().toString());
    return ContextReturn.home(indexes.of(caller.organisation(), List.of(identifier)))
        .chain(index -> store.findByIndex(caller.organisation(), index.getFirst()))
        .chain(row -> row.isEmpty() ? nobody(caller, target) : search(caller, row.get(), target));
  }

  private record Target(String base, String self) {}

  private Uni<Response> search(Caller caller, PatientEntity row, Target target) {
    List<UUID> patient = List.of(row.id);
    return access
        .demographicsOf(caller, row.id)
        .chain(
            decision ->
                switch (decision) {
                  case Decision.Denied(String reason) ->
                      disclosure.release(
                          events.denied(
                              caller, SEARCHED, patient, AccessEvent.some(TYPE, 0), reason),
                          bundle(target, List.of()));
                  case Decision.Granted() ->
                      ContextReturn.home(demographics.open(row))
                          .map(List::of)
                          // Whoever was erased is nobody's search result any more.
                          .onFailure(SubjectErasedException.class)
                          .recoverWithItem(failure -> List.of())
                          .chain(
                              found ->
                                  disclosure.release(
                                      events.granted(
                                          caller,
                                          SEARCHED,
                                          patient,
                                          AccessEvent.some(TYPE, found.size())),
                                      bundle(target, found)));
                });
  }

  private Uni<Response> nobody(Caller caller, Target target) {
    return disclosure.release(
        events.granted(caller, SEARCHED, List.of(), AccessEvent.some(TYPE, 0)),
        bundle(target, List.of()));
  }

  private Response bundle(Target target, List<Patient> found) {
    return FhirAnswer.ok(
        json.encode(SearchBundle.of(target.base(), target.self(), Optional.empty(), found)));
  }

  private static UUID id(String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException notOurs) {
      throw notFound();
    }
  }

  private static RequestFailedException notFound() {
    return new RequestFailedException(FailureCode.NOT_FOUND, "no such Patient");
  }

  private static RequestFailedException notAllowed() {
    return new RequestFailedException(FailureCode.NOT_ALLOWED, "the role does not allow this");
  }
}
