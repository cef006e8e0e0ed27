package io.pulsewarden.audit.problem;

/** An error below /fhir: an OperationOutcome (FHIR R4) of one issue. */
final class FhirOutcome {

  static final String MEDIA_TYPE = "application/fhir+json";

  private FhirOutcome() {}

  /** The titles are this service's own words, without quotes or backslashes. */
  static String of(ProblemException problem) {
    return """
    {"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"%s",\
    "diagnostics":"%s"}]}\
    """
        .formatted(issueType(problem.status()), problem.title());
  }

  /** Code of http://hl7.org/fhir/issue-type. */
  private static String issueType(int status) {
    return switch (status) {
      case 401 -> "login";
      case 403 -> "forbidden";
      case 404 -> "not-found";
      case 503 -> "transient";
      default -> status < 500 ? "invalid" : "exception";
    };
  }
}
