package io.pulsewarden.telemetry.explanation;

import io.pulsewarden.contracts.audit.v1.AuditAction;
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
import io.pulsewarden.telemetry.keys.KeySubject;
import io.quarkus.security.Authenticated;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.UUID;

/** What a person wrote for an event of the audit log. For privacy officers. */
@Path("/v1/explanations")
@Authenticated
@Produces(MediaType.APPLICATION_JSON)
public class ExplanationResource {

  private static final String TYPE = "Explanation";
  private static final AuditAction READ = AuditAction.AUDIT_ACTION_EXPLANATION_READ;

  @Inject CallerResource callers;
  @Inject AccessRules access;
  @Inject AccessEvent events;
  @Inject Disclosure disclosure;
  @Inject ExplanationStore store;
  @Inject Explanations explanations;

  @GET
  @Path("{event}")
  public Uni<ExplanationView> read(@PathParam("event") UUID event) {
    Caller caller = callers.current();
    return switch (access.anyOf(caller, Role.PRIVACY_OFFICER)) {
      case Decision.Denied(String reason) ->
          disclosure.refuse(
              events.denied(caller, READ, List.of(), AccessEvent.some(TYPE, 1), reason),
              new RequestFailedException(FailureCode.NOT_ALLOWED, "the role does not allow this"));
      case Decision.Granted() ->
          store
              .find(caller.organisation(), event)
              .chain(
                  found ->
                      found
                          .map(kept -> show(caller, kept))
                          .orElseGet(
                              () ->
                                  disclosure.refuse(
                                      events.failed(
                                          caller,
                                          READ,
                                          List.of(),
                                          AccessEvent.some(TYPE, 1),
                                          "not-found"),
                                      new RequestFailedException(
                                          FailureCode.NOT_FOUND,
                                          "nothing was written for this event"))));
    };
  }

  private Uni<ExplanationView> show(Caller caller, SealedExplanation kept) {
    KeySubject subject = kept.subject();
    List<UUID> patients =
        subject.kind() == KeySubject.Kind.PATIENT ? List.of(subject.id()) : List.of();
    return ContextReturn.home(explanations.open(kept))
        .chain(
            opened ->
                disclosure.release(
                    events.granted(
                        caller, READ, patients, AccessEvent.one(TYPE, kept.event().toString())),
                    ExplanationView.of(kept, opened)));
  }
}
