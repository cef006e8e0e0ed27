package io.pulsewarden.audit.patientlogin;

import io.pulsewarden.audit.problem.ProblemException;
import io.pulsewarden.audit.trail.Caller;
import io.pulsewarden.audit.trail.Disclosure;
import io.pulsewarden.auditclient.AuditEvents;
import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditOutcome;
import io.pulsewarden.contracts.audit.v1.Entity;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Binds logins to patients, so that they may see what was done with that patient's data. */
@Path("/v1/patient-logins/{login}")
@RolesAllowed("privacy-officer")
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
class PatientLoginResource {

  /** What could be bound once; such a binding can still be ended, and what is not bound is 404. */
  private static final Pattern FORMER = Pattern.compile("[A-Za-z0-9:._-]{1,200}");

  private final PatientLoginStore store;
  private final Caller caller;
  private final AuditEvents events;
  private final Disclosure disclosure;

  PatientLoginResource(
      PatientLoginStore store, Caller caller, AuditEvents events, Disclosure disclosure) {
    this.store = store;
    this.caller = caller;
    this.events = events;
    this.disclosure = disclosure;
  }

  /**
   * A login, and whose it is.
   *
   * @param login the subject of its access tokens, a UUID
   */
  public record Binding(@Nullable String login, @Nullable String patient) {}

  /** Who a login is says who a patient is: a disclosure like any other, also that it is nobody. */
  @GET
  public Binding read(@PathParam("login") String login) {
    String subject = login(login);
    Optional<UUID> patient = store.patientOf(caller.organisation(), subject);
    record(AuditAction.AUDIT_ACTION_PATIENT_LOGIN_READ, subject, patient);
    return new Binding(subject, patient.orElseThrow(ProblemException::notFound).toString());
  }

  @PUT
  public Binding bind(@PathParam("login") String login, @Nullable Binding wanted) {
    String subject = login(login);
    UUID patient = patient(wanted == null ? null : wanted.patient());
    if (!store.isPatient(caller.organisation(), patient)) {
      throw ProblemException.notFound();
    }
    record(AuditAction.AUDIT_ACTION_PATIENT_LOGIN_BOUND, subject, Optional.of(patient));
    store.say(caller.organisation(), subject, patient, caller.login());
    return new Binding(subject, patient.toString());
  }

  @DELETE
  public void end(@PathParam("login") String login) {
    if (!FORMER.matcher(login).matches()) {
      throw ProblemException.invalid("login");
    }
    UUID patient =
        store.patientOf(caller.organisation(), login).orElseThrow(ProblemException::notFound);
    record(AuditAction.AUDIT_ACTION_PATIENT_LOGIN_ENDED, login, Optional.of(patient));
    store.say(caller.organisation(), login, null, caller.login());
  }

  private void record(AuditAction action, String login, Optional<UUID> patient) {
    disclosure.record(
        events
            .event(
                action, AuditOutcome.AUDIT_OUTCOME_SUCCESS, caller.organisation(), caller.agent())
            .addAllPatientId(patient.map(UUID::toString).stream().toList())
            .addEntity(
                Entity.newBuilder()
                    .setType("Login")
                    .setId(login)
                    .setCount(patient.isPresent() ? 1 : 0))
            .build());
  }

  /**
   * What is asked for stands in the log for ever, also where it is nobody's: so it has to be what
   * Keycloak calls a login, which says nothing, and no name that somebody typed.
   */
  private static String login(String text) {
    return id(text, "login").toString();
  }

  private static UUID patient(@Nullable String text) {
    return id(text, "patient");
  }

  private static UUID id(@Nullable String text, String parameter) {
    try {
      UUID id = UUID.fromString(String.valueOf(text));
      if (id.toString().equals(text)) {
        return id;
      }
    } catch (IllegalArgumentException notAnId) {
      // Told below.
    }
    throw ProblemException.invalid(parameter);
  }
}
