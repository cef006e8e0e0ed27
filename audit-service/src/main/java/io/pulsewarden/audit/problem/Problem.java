package io.pulsewarden.audit.problem;

/**
 * An error's body (RFC 9457).
 *
 * @param code the last part of the type, for programs
 */
record Problem(String type, String title, int status, String code) {

  static Problem of(ProblemException problem) {
    return new Problem(
        "https://pulsewarden.io/problems/" + problem.code(),
        problem.title(),
        problem.status(),
        problem.code());
  }
}
