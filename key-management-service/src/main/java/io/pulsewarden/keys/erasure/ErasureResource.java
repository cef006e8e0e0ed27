package io.pulsewarden.keys.erasure;

import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.keys.access.Caller;
import io.pulsewarden.keys.problem.Problem;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.inject.Instance;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import java.util.function.Function;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** Erasures of the caller's organisation's patients; docs/erasure.md. */
@Path("/v1/patients/{patientId}/erasure")
@RolesAllowed(Caller.PRIVACY_OFFICER)
public class ErasureResource {

  /** What is asked for, both as codes. */
  public record Request(@Nullable String reason, @Nullable String legalBasis) {}

  private final ErasureStore erasures;
  private final ErasureRules rules;
  private final ErasureRecords records;
  private final Instance<Caller> callers;
  private final Clock clock;

  ErasureResource(
      ErasureStore erasures,
      ErasureRules rules,
      ErasureRecords records,
      Instance<Caller> callers,
      Clock clock) {
    this.erasures = erasures;
    this.rules = rules;
    this.records = records;
    this.callers = callers;
    this.clock = clock;
  }

  /** Asks for it; another privacy officer has to confirm. */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(summary = "Asks for a patient's erasure, with reason and legal basis as codes")
  public Uni<Response> request(@PathParam("patientId") UUID id, @Nullable Request asked) {
    Caller caller = callers.get();
    Code reason = Codes.required(asked == null ? null : asked.reason(), "reason");
    Code basis = Codes.required(asked == null ? null : asked.legalBasis(), "legalBasis");
    Patient patient = new Patient(caller.organisation(), id);
    Act act = act(caller);
    return decide(
        caller,
        patient,
        AuditAction.AUDIT_ACTION_ERASURE_REQUESTED,
        now -> rules.request(now, patient, reason, basis, act),
        201);
  }

  /** Confirms it, which nobody can do for oneself. */
  @POST
  @Path("/confirmation")
  @Operation(summary = "Confirms an erasure that another privacy officer asked for")
  public Uni<Response> confirm(@PathParam("patientId") UUID id) {
    Caller caller = callers.get();
    Act act = act(caller);
    return decide(
        caller,
        new Patient(caller.organisation(), id),
        AuditAction.AUDIT_ACTION_ERASURE_CONFIRMED,
        now -> rules.confirm(now, act),
        200);
  }

  /** Calls it off, while the keys are there. */
  @POST
  @Path("/cancellation")
  @Operation(summary = "Calls an erasure off before its keys are destroyed")
  public Uni<Response> callOff(@PathParam("patientId") UUID id) {
    Caller caller = callers.get();
    Act act = act(caller);
    return decide(
        caller,
        new Patient(caller.organisation(), id),
        AuditAction.AUDIT_ACTION_ERASURE_CALLED_OFF,
        now -> rules.callOff(now, act),
        200);
  }

  /** How far it is. */
  @GET
  @Operation(summary = "The patient's newest erasure and how far it is")
  public Uni<Response> read(@PathParam("patientId") UUID id) {
    return erasures
        .newest(new Patient(callers.get().organisation(), id))
        .map(
            found ->
                found
                    .map(one -> shown(one, 200))
                    .orElseGet(
                        () ->
                            Problem.response(
                                404, "no-erasure", "no erasure of this patient was asked for")));
  }

  /** The proof: a JWS in compact form. */
  @GET
  @Path("/receipt")
  @Operation(summary = "The signed receipt of a completed erasure, a compact JWS")
  public Uni<Response> receipt(@PathParam("patientId") UUID id) {
    return erasures
        .receipt(new Patient(callers.get().organisation(), id))
        .map(
            found ->
                found
                    .map(jws -> Response.ok(jws, "application/jose").build())
                    .orElseGet(
                        () ->
                            Problem.response(
                                404, "no-receipt", "no erasure of this patient is completed")));
  }

  private Uni<Response> decide(
      Caller caller,
      Patient patient,
      AuditAction action,
      Function<Situation, Decision> rule,
      int status) {
    return erasures
        .decide(patient, rule, decision -> event(decision, action, caller, patient))
        .map(
            decision ->
                switch (decision) {
                  case Decision.Become(Erasure next) -> shown(next, status);
                  case Decision.Refuse(Refusal why) ->
                      Problem.response(why.status(), why.code(), why.detail());
                });
  }

  private AuditEvent event(Decision decision, AuditAction action, Caller caller, Patient patient) {
    return switch (decision) {
      case Decision.Become(Erasure next) ->
          records.done(action, caller, patient.id(), next.reason().text());
      case Decision.Refuse(Refusal why) -> records.refused(caller, patient.id(), why.code());
    };
  }

  private Act act(Caller caller) {
    return new Act(caller.userId(), clock.instant().truncatedTo(ChronoUnit.MICROS));
  }

  private static Response shown(Erasure erasure, int status) {
    return Response.status(status)
        .entity(ErasureView.of(erasure))
        .type(MediaType.APPLICATION_JSON_TYPE)
        .build();
  }
}
