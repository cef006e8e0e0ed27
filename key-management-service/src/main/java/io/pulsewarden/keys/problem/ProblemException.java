package io.pulsewarden.keys.problem;

/** Ends a request with a problem document. Has no stack trace: the caller is at fault. */
public final class ProblemException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;
  private final String detail;

  /**
   * @param code for programs
   * @param detail for people; holds nothing that came in a request
   */
  public ProblemException(int status, String code, String detail) {
    super(code, null, false, false);
    this.status = status;
    this.code = code;
    this.detail = detail;
  }

  int status() {
    return status;
  }

  String code() {
    return code;
  }

  String detail() {
    return detail;
  }
}
