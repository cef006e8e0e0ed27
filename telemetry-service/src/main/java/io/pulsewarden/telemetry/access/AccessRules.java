package io.pulsewarden.telemetry.access;

import io.smallrye.mutiny.Uni;
import java.util.Set;
import java.util.UUID;

/**
 * The walls. Role and organisation come with the caller, the care team is looked up for each
 * request, so that who leaves a team sees nothing from then on. Thread-safe.
 *
 * <p>Organisations are not compared here but are part of every question to the database: another
 * organisation's patient is a patient that nobody of this one cares for.
 */
public final class AccessRules {

  /** Reason code: no role that the request needs. The caller is told so. */
  public static final String ROLE_MISSING = "role-missing";

  /** Reason code: the role would do, for another patient. The caller sees nothing there. */
  public static final String NOT_IN_CARE_TEAM = "not-in-care-team";

  private final CareTeams careTeams;

  public AccessRules(CareTeams careTeams) {
    this.careTeams = careTeams;
  }

  /** Vitals: clinicians of the patient's care team. */
  public Uni<Decision> vitalsOf(Caller caller, UUID patient) {
    return caller.has(Role.CLINICIAN) ? inCareTeam(caller, patient) : denied(ROLE_MISSING);
  }

  /** Demographics: those who keep the patients' records, and clinicians of the care team. */
  public Uni<Decision> demographicsOf(Caller caller, UUID patient) {
    if (caller.has(Role.PATIENT_ADMIN)) {
      return Uni.createFrom().item(new Decision.Granted());
    }
    return vitalsOf(caller, patient);
  }

  /**
   * What a device sent that was refused: for clinicians who care for everybody of whom it may hold
   * a reading. Where nobody can say of whom, for privacy officers alone.
   */
  public Uni<Decision> quarantinedInputOf(Caller caller, Set<UUID> wearers) {
    if (caller.has(Role.PRIVACY_OFFICER)) {
      return Uni.createFrom().item(new Decision.Granted());
    }
    if (wearers.isEmpty()) {
      return denied(caller.has(Role.CLINICIAN) ? NOT_IN_CARE_TEAM : ROLE_MISSING);
    }
    Uni<Decision> all = Uni.createFrom().item(new Decision.Granted());
    for (UUID wearer : wearers) {
      all =
          all.chain(
              soFar ->
                  soFar instanceof Decision.Granted
                      ? vitalsOf(caller, wearer)
                      : Uni.createFrom().item(soFar));
    }
    return all;
  }

  /** What concerns no patient: any one of these roles. */
  public Decision anyOf(Caller caller, Role... roles) {
    for (Role role : roles) {
      if (caller.has(role)) {
        return new Decision.Granted();
      }
    }
    return new Decision.Denied(ROLE_MISSING);
  }

  private Uni<Decision> inCareTeam(Caller caller, UUID patient) {
    return careTeams
        .caresFor(caller.organisation(), caller.userId(), patient)
        .map(cares -> cares ? new Decision.Granted() : new Decision.Denied(NOT_IN_CARE_TEAM));
  }

  private static Uni<Decision> denied(String reasonCode) {
    return Uni.createFrom().item(new Decision.Denied(reasonCode));
  }
}
