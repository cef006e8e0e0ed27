package io.pulsewarden.auditclient;

/** The audit log can't be written now; what was to be audited must not happen. */
public final class AuditUnavailableException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public AuditUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
