package io.pulsewarden.platform.data;

import java.util.List;

/** The people that a new platform knows. */
public enum DemoUser {
  NURSE("nurse", "Nora", "clinician"),
  NURSE_ELSEWHERE("nurse-elsewhere", "Nils", "clinician"),
  ADMIN("admin", "Ada", "device-admin,ca-admin,patient-admin,care-team-admin"),
  AUDITOR("auditor", "Aud", "auditor"),
  PRIVACY("privacy", "Pia", "privacy-officer"),
  PRIVACY_DEPUTY("privacy-deputy", "Paul", "privacy-officer"),
  CUSTODIAN("custodian", "Cleo", "key-custodian"),
  CUSTODIAN_DEPUTY("custodian-deputy", "Carl", "key-custodian");

  private final String login;
  private final String givenName;
  private final String roles;

  DemoUser(String login, String givenName, String roles) {
    this.login = login;
    this.givenName = givenName;
    this.roles = roles;
  }

  /** The name to log in with. */
  public String login() {
    return login;
  }

  public String givenName() {
    return givenName;
  }

  /** Realm roles. */
  public List<String> roles() {
    return List.of(roles.split(",", -1));
  }
}
