package io.pulsewarden.telemetry.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.Uni;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class AccessRulesTest {

  private static final UUID HERE = UUID.randomUUID();
  private static final UUID PATIENT = UUID.randomUUID();
  private static final Decision GRANTED = new Decision.Granted();
  private static final Decision NO_ROLE = new Decision.Denied(AccessRules.ROLE_MISSING);
  private static final Decision NOT_THEIRS = new Decision.Denied(AccessRules.NOT_IN_CARE_TEAM);

  /** A team of one nurse and one patient, in one organisation. */
  private final AccessRules rules =
      new AccessRules(
          (organisation, user, patient) ->
              Uni.createFrom()
                  .item(
                      organisation.equals(HERE)
                          && user.equals("nurse")
                          && patient.equals(PATIENT)));

  @Test
  void shouldShowVitalsToTheCareTeamAlone() {
    assertThat(vitals("nurse", HERE, Role.CLINICIAN)).isEqualTo(GRANTED);
    assertThat(vitals("other", HERE, Role.CLINICIAN)).isEqualTo(NOT_THEIRS);
    assertThat(vitals("nurse", UUID.randomUUID(), Role.CLINICIAN)).isEqualTo(NOT_THEIRS);
  }

  @Test
  void shouldWantTheRoleEvenInTheTeam() {
    assertThat(vitals("nurse", HERE)).isEqualTo(NO_ROLE);
    assertThat(vitals("nurse", HERE, Role.PATIENT_ADMIN, Role.DEVICE_ADMIN, Role.PRIVACY_OFFICER))
        .isEqualTo(NO_ROLE);
  }

  @Test
  void shouldShowDemographicsToPatientAdminsToo() {
    assertThat(demographics("admin", Role.PATIENT_ADMIN)).isEqualTo(GRANTED);
    assertThat(demographics("nurse", Role.CLINICIAN)).isEqualTo(GRANTED);
    assertThat(demographics("other", Role.CLINICIAN)).isEqualTo(NOT_THEIRS);
    assertThat(demographics("admin", Role.DEVICE_ADMIN)).isEqualTo(NO_ROLE);
  }

  @Test
  void shouldShowRefusedInputToWhoCaresForEverybodyOfWhomItMayBe() {
    UUID another = UUID.randomUUID();
    assertThat(refused("nurse", Set.of(PATIENT), Role.CLINICIAN)).isEqualTo(GRANTED);
    assertThat(refused("nurse", Set.of(PATIENT, another), Role.CLINICIAN)).isEqualTo(NOT_THEIRS);
    assertThat(refused("nurse", Set.of(another, PATIENT), Role.CLINICIAN)).isEqualTo(NOT_THEIRS);
    assertThat(refused("nurse", Set.of(), Role.CLINICIAN)).isEqualTo(NOT_THEIRS);
    assertThat(refused("nurse", Set.of(PATIENT), Role.DEVICE_ADMIN)).isEqualTo(NO_ROLE);
    assertThat(refused("nurse", Set.of(), Role.DEVICE_ADMIN)).isEqualTo(NO_ROLE);
    assertThat(refused("other", Set.of(PATIENT, another), Role.PRIVACY_OFFICER)).isEqualTo(GRANTED);
    assertThat(refused("other", Set.of(), Role.PRIVACY_OFFICER)).isEqualTo(GRANTED);
  }

  private Decision refused(String user, Set<UUID> wearers, Role... roles) {
    return rules
        .quarantinedInputOf(new Caller(user, HERE, Set.of(roles)), wearers)
        .await()
        .indefinitely();
  }

  private Decision vitals(String user, UUID organisation, Role... roles) {
    return rules
        .vitalsOf(new Caller(user, organisation, Set.of(roles)), PATIENT)
        .await()
        .indefinitely();
  }

  private Decision demographics(String user, Role... roles) {
    return rules
        .demographicsOf(new Caller(user, HERE, Set.of(roles)), PATIENT)
        .await()
        .indefinitely();
  }
}
