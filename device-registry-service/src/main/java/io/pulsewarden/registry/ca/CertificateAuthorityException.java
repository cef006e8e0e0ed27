package io.pulsewarden.registry.ca;

import org.jspecify.annotations.Nullable;

/**
 * The authority can't start, or can't sign now. The message tells an operator what to look at, and
 * holds nothing that another server answered.
 */
public final class CertificateAuthorityException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final AuthorityFailure reason;

  public CertificateAuthorityException(String message) {
    this(AuthorityFailure.BROKEN, message, null);
  }

  public CertificateAuthorityException(String message, Throwable cause) {
    this(AuthorityFailure.BROKEN, message, cause);
  }

  CertificateAuthorityException(
      AuthorityFailure reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** Why. */
  public AuthorityFailure reason() {
    return reason;
  }
}
