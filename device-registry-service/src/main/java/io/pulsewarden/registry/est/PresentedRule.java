package io.pulsewarden.registry.est;

/** Why a presented certificate does not renew. */
enum PresentedRule {
  MISSING("certificate-missing", "Renewal needs the device's certificate in the TLS handshake."),
  /** Also one that the CA's key signed, but the registry never recorded. */
  UNKNOWN("certificate-unknown", "The certificate is not one that was issued here."),
  REVOKED("certificate-revoked", "The certificate is revoked."),
  NOT_YET_VALID("certificate-not-yet-valid", "The certificate is not valid yet."),
  EXPIRED("certificate-expired", "The certificate expired too long ago: a claim is needed."),
  NOT_NEWEST(
      "certificate-not-newest", "The certificate expired, and the device has had a newer one.");

  private final String code;
  private final String detail;

  PresentedRule(String code, String detail) {
    this.code = code;
    this.detail = detail;
  }

  String code() {
    return code;
  }

  String detail() {
    return detail;
  }
}
