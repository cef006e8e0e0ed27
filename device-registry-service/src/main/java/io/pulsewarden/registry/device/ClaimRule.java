package io.pulsewarden.registry.device;

/** Why a claim is refused. */
public enum ClaimRule {
  /** No such device, or no such claim of it: which one is not told. */
  UNKNOWN("claim-unknown", "There is no such claim for this device."),
  USED("claim-used", "The claim was used before."),
  REPLACED("claim-replaced", "The claim was replaced or withdrawn."),
  EXPIRED("claim-expired", "The claim is too old."),
  LOCKED("claim-locked", "Too many wrong claims were tried: a new one has to be made.");

  private final String code;
  private final String detail;

  ClaimRule(String code, String detail) {
    this.code = code;
    this.detail = detail;
  }

  public String code() {
    return code;
  }

  public String detail() {
    return detail;
  }
}
