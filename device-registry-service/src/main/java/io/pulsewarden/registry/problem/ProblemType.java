package io.pulsewarden.registry.problem;

/** What can be wrong with a request, apart from the rules of certification requests. */
public enum ProblemType {
  INVALID_BODY("invalid-body", 400, "The body can't be read"),
  INVALID_FIELD("invalid-field", 400, "A field is missing or out of range"),
  INVALID_PARAMETER("invalid-parameter", 400, "A query parameter is out of range"),
  INVALID_HEADER("invalid-header", 400, "A header can't be read"),
  UNAUTHENTICATED("unauthenticated", 401, "A valid access token is needed"),
  FORBIDDEN("forbidden", 403, "The role does not allow this"),
  NO_ORGANISATION("no-organisation", 403, "The access token names no organisation"),
  NOT_FOUND("not-found", 404, "There is no such thing in your organisation"),
  METHOD_NOT_ALLOWED("method-not-allowed", 405, "The method is not allowed here"),
  NOT_ACCEPTABLE("not-acceptable", 406, "None of the accepted media types is produced here"),
  DEVICE_EXISTS("device-already-registered", 409, "The device is registered already"),
  STATE_FORBIDS("device-state-forbids", 409, "The device's state does not allow this"),
  ASSIGNMENT_OVERLAPS("assignment-overlaps", 409, "The device is assigned then already"),
  ASSIGNMENT_ENDED("assignment-ended", 409, "The assignment ended earlier"),
  LABEL_TAKEN("label-taken", 409, "Another organisation has this label"),
  CA_EXISTS(
      "manufacturer-ca-exists", 409, "This authority is trusted for the manufacturer already"),
  ROOT_OFFLINE("root-offline", 409, "The root's key is not here"),
  ISSUER_UNCHANGED("issuer-unchanged", 409, "There is no other issuing CA to take"),
  ISSUER_SIGNS("issuer-signs", 409, "This issuing CA signs now"),
  ASSIGNMENT_CANCELLED("assignment-cancelled", 409, "The assignment was cancelled"),
  NOT_REQUESTED("decommissioning-not-requested", 409, "Nobody asked to decommission the device"),
  ALREADY_REQUESTED(
      "decommissioning-already-requested",
      409,
      "Somebody asked to decommission the device already"),
  CLAIM_SHOWN("claim-shown-once", 409, "The claim of this key was made and shown before"),
  NOT_A_GATEWAY("not-a-gateway", 409, "The device is no gateway"),
  GATEWAY_FOR_GATEWAY("gateway-for-gateway", 409, "No gateway speaks for a gateway"),
  GATEWAY_FULL("gateway-full", 409, "The gateway speaks for too many devices already"),
  SECOND_PERSON("second-person-needed", 403, "Another person has to confirm this"),
  PRECONDITION_FAILED("precondition-failed", 412, "It was changed meanwhile"),
  TOO_MANY_ROWS("too-many-rows", 413, "The import has too many rows"),
  TOO_LARGE("body-too-large", 413, "The body is too large"),
  UNSUPPORTED_MEDIA_TYPE("unsupported-media-type", 415, "The body's media type is not taken here"),
  KEY_REUSED("idempotency-key-reused", 422, "The key was used for another request"),
  PRECONDITION_REQUIRED("precondition-required", 428, "If-Match is needed"),
  AUTHORITY_UNAVAILABLE(
      "certificate-authority-unavailable", 503, "The certificate authority can't sign now"),
  INTERNAL("internal", 500, "The service failed"),
  UNAVAILABLE("unavailable", 503, "The service can't do this now");

  private final String code;
  private final int status;
  private final String title;

  ProblemType(String code, int status, String title) {
    this.code = code;
    this.status = status;
    this.title = title;
  }

  public Problem plain() {
    return new Problem(code, status, title, null, null);
  }

  /** With what to do about it, for people; never an internal message. */
  public Problem because(String detail) {
    return new Problem(code, status, title, detail, null);
  }

  /** About one field or parameter. */
  public Problem at(String field, String detail) {
    return new Problem(code, status, title, detail, field);
  }
}
