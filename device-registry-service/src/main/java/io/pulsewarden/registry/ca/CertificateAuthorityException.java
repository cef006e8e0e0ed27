package io.pulsewarden.registry.ca;

/** The authority can't start, or can't sign now. The message tells an operator what to look at. */
public final class CertificateAuthorityException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public CertificateAuthorityException(String message) {
    super(message);
  }

  public CertificateAuthorityException(String message, Throwable cause) {
    super(message, cause);
  }
}
