package io.pulsewarden.keys.handout;

/** The body is not what docs and contract say; the message names the place and no content. */
final class UnreadableRequestException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String detail;

  UnreadableRequestException(String detail) {
    super(detail);
    this.detail = detail;
  }

  String detail() {
    return detail;
  }
}
