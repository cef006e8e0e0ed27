package io.pulsewarden.keys.erasure;

import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.keys.access.Caller;
import io.pulsewarden.keys.problem.Problem;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.inject.Instance;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** Legal holds of the caller's organisation. */
@Path("/v1/patients/{patientId}/legal-hold")
@RolesAllowed(Caller.PRIVACY_OFFICER)
public class LegalHoldResource {

  /** What is asked for. */
  public record Placement(@Nullable String reason) {}

  /** A hold as it is shown. */
  public record View(UUID patientId, String reason, String placedBy, Instant placedAt) {}

  private static final String LIFTED = "lifted";
  private static final String HELD = "legal-hold";
  private static final String NOT_HELD = "no-legal-hold";

  private final LegalHoldStore holds;
  private final ErasureRecords records;
  private final Instance<Caller> callers;
  private final Clock clock;

  LegalHoldResource(
      LegalHoldStore holds, ErasureRecords records, Instance<Caller> callers, Clock clock) {
    this.holds = holds;
    this.records = records;
    this.callers = callers;
    this.clock = clock;
  }

  /** The hold in force. */
  @GET
  @Operation(summary = "The patient's legal hold, 404 if there is none")
  public Uni<Response> read(@PathParam("patientId") UUID patient) {
    return holds
        .inForce(new Patient(callers.get().organisation(), patient))
        .map(hold -> hold.map(LegalHoldResource::shown).orElseGet(LegalHoldResource::none));
  }

  /** Places a hold; an erasure that is under way and not done yet is called off by it. */
  @PUT
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(summary = "Forbids the patient's erasure, with the reason as a code")
  public Uni<Response> place(@PathParam("patientId") UUID patient, @Nullable Placement asked) {
    Caller caller = callers.get();
    Code reason = Codes.required(asked == null ? null : asked.reason(), "reason");
    Patient who = new Patient(caller.organisation(), patient);
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    LegalHold hold = new LegalHold(who, reason, caller.userId(), now);
    return holds
        .place(
            hold,
            events(
                AuditAction.AUDIT_ACTION_LEGAL_HOLD_PLACED, caller, patient, reason.text(), HELD),
            records.done(AuditAction.AUDIT_ACTION_ERASURE_CALLED_OFF, caller, patient, HELD))
        .map(
            placed ->
                placed
                    ? shown(hold)
                    : Problem.response(409, HELD, "a legal hold is in force already"));
  }

  /** Lifts it. What it called off stays called off. */
  @DELETE
  @Operation(summary = "Allows the patient's erasure again")
  public Uni<Response> lift(@PathParam("patientId") UUID patient) {
    Caller caller = callers.get();
    return holds
        .lift(
            new Patient(caller.organisation(), patient),
            caller.userId(),
            clock.instant().truncatedTo(ChronoUnit.MICROS),
            events(AuditAction.AUDIT_ACTION_LEGAL_HOLD_LIFTED, caller, patient, LIFTED, NOT_HELD))
        .map(lifted -> lifted ? Response.noContent().build() : none());
  }

  private LegalHoldStore.Events events(
      AuditAction action, Caller caller, UUID patient, String reason, String refusal) {
    return new LegalHoldStore.Events(
        records.done(action, caller, patient, reason),
        records.denied(action, caller, patient, refusal));
  }

  private static Response shown(LegalHold hold) {
    return Response.ok(
            new View(hold.patient().id(), hold.reason().text(), hold.placedBy(), hold.placedAt()),
            MediaType.APPLICATION_JSON_TYPE)
        .build();
  }

  private static Response none() {
    return Problem.response(404, NOT_HELD, "no legal hold is in force");
  }
}
