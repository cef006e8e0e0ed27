package io.pulsewarden.telemetry.failure;

/** Why a request was not answered. Each has one HTTP status and one FHIR issue type. */
public enum FailureCode {
  /** A parameter that is unknown, not supported, or can't be read. */
  INVALID_REQUEST(400, "invalid", "invalid-request"),
  NOT_AUTHENTICATED(401, "login", "not-authenticated"),
  /** The role does not allow this, whoever the patient is. */
  NOT_ALLOWED(403, "forbidden", "not-allowed"),
  /** Not there, or not there for this caller: the answer is the same. */
  NOT_FOUND(404, "not-found", "not-found"),
  METHOD_NOT_ALLOWED(405, "not-supported", "method-not-allowed"),
  NOT_ACCEPTABLE(406, "not-supported", "not-acceptable"),
  /** An identifier that another patient has. */
  CONFLICT(409, "duplicate", "conflict"),
  /** It was decided already, or can't be done as things stand. */
  STATE_CONFLICT(409, "conflict", "state-conflict"),
  /** The patient's key was destroyed: nobody can read this any more. */
  ERASED(410, "deleted", "erased"),
  TOO_LARGE(413, "too-long", "too-large"),
  UNSUPPORTED_MEDIA_TYPE(415, "not-supported", "unsupported-media-type"),
  /** Read, understood, and against a rule. */
  UNPROCESSABLE(422, "business-rule", "unprocessable"),
  INTERNAL(500, "exception", "internal"),
  /** Keys, audit log or database can't be reached; asking again later may help. */
  UNAVAILABLE(503, "transient", "unavailable");

  private final int status;
  private final String issueType;
  private final String problemName;

  FailureCode(int status, String issueType, String problemName) {
    this.status = status;
    this.issueType = issueType;
    this.problemName = problemName;
  }

  public int status() {
    return status;
  }

  /** Code of http://hl7.org/fhir/issue-type. */
  public String issueType() {
    return issueType;
  }

  /** Last part of the problem's type URI (RFC 9457). */
  public String problemName() {
    return problemName;
  }

  /** The code of an HTTP status that the framework has chosen. */
  public static FailureCode ofStatus(int status) {
    for (FailureCode code : values()) {
      if (code.status == status) {
        return code;
      }
    }
    return status >= 500 ? INTERNAL : INVALID_REQUEST;
  }
}
