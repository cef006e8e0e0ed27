package io.pulsewarden.telemetry.failure;

/** The two forms of a failure. Plain text in, so that nothing of a request can come into them. */
final class FailureBody {

  static final String FHIR_JSON = "application/fhir+json";
  static final String PROBLEM_JSON = "application/problem+json";

  private FailureBody() {}

  /** An OperationOutcome (FHIR R4) of one issue. */
  static String operationOutcome(FailureCode code, String sentence) {
    return """
        {"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"%s",\
        "diagnostics":"%s"}]}"""
        .formatted(code.issueType(), escape(sentence));
  }

  /** RFC 9457, with the code beside it. */
  static String problem(FailureCode code, String sentence) {
    return """
        {"type":"https://pulsewarden.io/problems/%s","title":"%s","status":%d,"code":"%s"}"""
        .formatted(code.problemName(), escape(sentence), code.status(), code.problemName());
  }

  private static String escape(String text) {
    StringBuilder escaped = new StringBuilder(text.length());
    text.chars()
        .forEach(
            c -> {
              switch (c) {
                case '"' -> escaped.append("\\\"");
                case '\\' -> escaped.append("\\\\");
                default -> escaped.append(c < ' ' || c > '~' ? '?' : (char) c);
              }
            });
    return escaped.toString();
  }
}
