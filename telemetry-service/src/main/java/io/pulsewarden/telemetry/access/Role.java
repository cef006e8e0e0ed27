package io.pulsewarden.telemetry.access;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Realm roles that mean something to this service. */
public enum Role {
  CLINICIAN,
  DEVICE_ADMIN,
  PATIENT_ADMIN,
  CARE_TEAM_ADMIN,
  PRIVACY_OFFICER;

  /** As in the token, such as {@code care-team-admin}. */
  public String tokenName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static Optional<Role> named(String tokenName) {
    return Arrays.stream(values()).filter(role -> role.tokenName().equals(tokenName)).findFirst();
  }
}
