package io.pulsewarden.telemetry.careteam;

import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
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
import io.quarkus.security.Authenticated;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Care teams, for the role care-team-admin, of the caller's organisation. */
@Path("/v1/care-teams")
@Authenticated
@Produces(MediaType.APPLICATION_JSON)
public class CareTeamResource {

  private static final String TYPE = "CareTeam";
  private static final int MAX_NAME = 200;
  private static final AuditAction CHANGED = AuditAction.AUDIT_ACTION_CARE_TEAM_CHANGED;

  @Inject CallerResource callers;
  @Inject AccessRules access;
  @Inject AccessEvent events;
  @Inject Disclosure disclosure;
  @Inject CareTeamStore store;
  @Inject CareTeamName names;
  @Inject Clock clock;

  @POST
  public Uni<Response> create(CareTeamView.@Nullable Creation creation) {
    Caller caller = callers.current();
    UUID id = UUID.randomUUID();
    String name = name(creation);
    return guarded(
        caller,
        AuditAction.AUDIT_ACTION_CARE_TEAM_CREATED,
        AccessEvent.some(TYPE, 1),
        () ->
            sealed(caller, id, name)
                .chain(team -> store.insert(team, created(caller, id)))
                .map(
                    inserted ->
                        Response.created(URI.create("/v1/care-teams/" + id))
                            .entity(new CareTeamView(id, name, List.of(), List.of()))
                            .build()));
  }

  private Uni<CareTeamEntity> sealed(Caller caller, UUID id, @Nullable String name) {
    UUID organisation = caller.organisation();
    return name == null
        ? Uni.createFrom().item(new CareTeamEntity(id, organisation, null, clock.instant()))
        : ContextReturn.home(names.seal(organisation, id, name))
            .map(envelope -> new CareTeamEntity(id, organisation, envelope, clock.instant()));
  }

  private AuditEvent created(Caller caller, UUID id) {
    return events.granted(
        caller,
        AuditAction.AUDIT_ACTION_CARE_TEAM_CREATED,
        List.of(),
        AccessEvent.one(TYPE, id.toString()));
  }

  private static @Nullable String name(CareTeamView.@Nullable Creation creation) {
    String name = creation == null ? null : creation.name();
    if (name != null && (name.isBlank() || name.length() > MAX_NAME)) {
      throw new RequestFailedException(
          FailureCode.INVALID_REQUEST, "name must have 1 to 200 characters");
    }
    return name;
  }

  @GET
  public Uni<CareTeamView.Page> list() {
    Caller caller = callers.current();
    AuditAction action = AuditAction.AUDIT_ACTION_CARE_TEAM_READ;
    return guarded(
        caller,
        action,
        AccessEvent.some(TYPE, 0),
        () ->
            store
                .list(caller.organisation())
                .chain(
                    teams ->
                        ContextReturn.home(
                            Multi.createFrom()
                                .iterable(teams)
                                .onItem()
                                .transformToUniAndConcatenate(
                                    team ->
                                        names
                                            .open(team)
                                            .map(
                                                name ->
                                                    new CareTeamView(
                                                        team.id, name.orElse(null), null, null)))
                                .collect()
                                .asList()))
                .chain(
                    views ->
                        disclosure.release(
                            events.granted(
                                caller, action, List.of(), AccessEvent.some(TYPE, views.size())),
                            new CareTeamView.Page(views))));
  }

  @GET
  @Path("{id}")
  public Uni<CareTeamView> read(@PathParam("id") UUID id) {
    Caller caller = callers.current();
    Entity entity = AccessEvent.one(TYPE, id.toString());
    AuditAction action = AuditAction.AUDIT_ACTION_CARE_TEAM_READ;
    return guarded(
        caller,
        action,
        entity,
        () ->
            store
                .find(caller.organisation(), id)
                .map(team -> team.orElseThrow(CareTeamResource::notFound))
                .chain(this::view)
                .chain(
                    view ->
                        disclosure.release(
                            events.granted(
                                caller,
                                action,
                                view.patients() == null ? List.of() : view.patients(),
                                entity),
                            view)));
  }

  private Uni<CareTeamView> view(CareTeamEntity team) {
    return store
        .belonging(team.id)
        .chain(
            belonging ->
                ContextReturn.home(names.open(team))
                    .map(
                        name ->
                            new CareTeamView(
                                team.id,
                                name.orElse(null),
                                belonging.members(),
                                belonging.patients())));
  }

  @PUT
  @Path("{id}/members/{user}")
  public Uni<Response> addMember(@PathParam("id") UUID id, @PathParam("user") String user) {
    return change(id, new Change.AddMember(userId(user)), List.of());
  }

  @DELETE
  @Path("{id}/members/{user}")
  public Uni<Response> removeMember(@PathParam("id") UUID id, @PathParam("user") String user) {
    return change(id, new Change.RemoveMember(userId(user)), List.of());
  }

  @PUT
  @Path("{id}/patients/{patient}")
  public Uni<Response> addPatient(@PathParam("id") UUID id, @PathParam("patient") UUID patient) {
    return change(id, new Change.AddPatient(patient), List.of(patient));
  }

  @DELETE
  @Path("{id}/patients/{patient}")
  public Uni<Response> removePatient(@PathParam("id") UUID id, @PathParam("patient") UUID patient) {
    return change(id, new Change.RemovePatient(patient), List.of(patient));
  }

  private Uni<Response> change(UUID id, Change change, List<UUID> patients) {
    Caller caller = callers.current();
    Entity entity = AccessEvent.one(TYPE, id.toString());
    return guarded(
        caller,
        CHANGED,
        entity,
        () ->
            store
                .change(
                    caller.organisation(),
                    id,
                    change,
                    events.changed(caller, CHANGED, patients, entity, code(change)))
                .map(
                    done -> {
                      if (!done) {
                        throw notFound();
                      }
                      return Response.noContent().build();
                    }));
  }

  private static String code(Change change) {
    return switch (change) {
      case Change.AddMember ignored -> "member-added";
      case Change.RemoveMember ignored -> "member-removed";
      case Change.AddPatient ignored -> "patient-added";
      case Change.RemovePatient ignored -> "patient-removed";
    };
  }

  private <T> Uni<T> guarded(
      Caller caller, AuditAction action, Entity entity, Supplier<Uni<T>> then) {
    return switch (access.anyOf(caller, Role.CARE_TEAM_ADMIN)) {
      case Decision.Granted() -> then.get();
      case Decision.Denied(String reason) ->
          disclosure.refuse(
              events.denied(caller, action, List.of(), entity, reason),
              new RequestFailedException(FailureCode.NOT_ALLOWED, "the role does not allow this"));
    };
  }

  // Keycloak's subjects are UUIDs; whatever stands here goes into the audit log, so nothing else.
  private static String userId(String text) {
    try {
      return UUID.fromString(text).toString();
    } catch (IllegalArgumentException notAnId) {
      throw new RequestFailedException(
          FailureCode.INVALID_REQUEST, "a member is named by its user id");
    }
  }

  private static RequestFailedException notFound() {
    return new RequestFailedException(
        FailureCode.NOT_FOUND, "no such care team or patient in this organisation");
  }
}
