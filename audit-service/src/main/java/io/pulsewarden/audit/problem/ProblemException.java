package io.pulsewarden.audit.problem;

/** An answer that is an error, with nothing in it that the caller did not send or may not know. */
public final class ProblemException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;
  private final String title;

  private ProblemException(int status, String code, String title) {
    super(code);
    this.status = status;
    this.code = code;
    this.title = title;
  }

  /** 400: a parameter can't be read. */
  public static ProblemException invalid(String parameter) {
    return new ProblemException(
        400, "invalid-parameter", "The parameter '" + parameter + "' can't be used.");
  }

  /** 400: the sentence says what is not supported; it repeats nothing of the request. */
  public static ProblemException unsupported(String sentence) {
    return new ProblemException(400, "unsupported", sentence);
  }

  /** 401: no access token. */
  public static ProblemException notAuthenticated() {
    return new ProblemException(401, "not-authenticated", "An access token is needed.");
  }

  /** 403: the token says of no organisation. */
  public static ProblemException noOrganisation() {
    return new ProblemException(403, "no-organisation", "The access token names no organisation.");
  }

  /** 403: the token has not the role. */
  public static ProblemException forbidden() {
    return new ProblemException(403, "forbidden", "The access token lacks the role for this.");
  }

  /** 404. */
  public static ProblemException notFound() {
    return new ProblemException(404, "not-found", "There is no such thing here.");
  }

  /** 503: what was asked for can't be audited now, so it is not answered. */
  public static ProblemException auditUnavailable() {
    return new ProblemException(
        503, "audit-unavailable", "The access can't be audited now, so it is refused.");
  }

  /** 503: the database can't be reached now. */
  public static ProblemException unavailable() {
    return new ProblemException(503, "unavailable", "This can't be answered now.");
  }

  /** 503: the database is older than what was published from here, or has another log. */
  public static ProblemException notAsPublished() {
    return new ProblemException(
        503, "log-not-as-published", "The log here is older than what was published, or another.");
  }

  /** 500. */
  public static ProblemException internal() {
    return new ProblemException(500, "internal-error", "Something went wrong on this side.");
  }

  int status() {
    return status;
  }

  String code() {
    return code;
  }

  String title() {
    return title;
  }
}
