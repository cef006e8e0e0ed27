package io.pulsewarden.audit.log;

/** What was published is not what the database has. Somebody has to look; nothing is signed. */
final class LogContradictedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  LogContradictedException(String message) {
    super(message);
  }
}
