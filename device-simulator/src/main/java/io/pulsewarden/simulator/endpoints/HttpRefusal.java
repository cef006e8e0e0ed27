package io.pulsewarden.simulator.endpoints;

import java.net.URI;

/** A server said no: its status and the name it gave the error, never its body. */
public final class HttpRefusal extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;

  /**
   * @param uri what was asked
   * @param code the {@code code} of problem details, the {@code error} of OAuth 2, or empty
   */
  public HttpRefusal(URI uri, int status, String code) {
    super(uri.getPath() + " answered " + status + (code.isEmpty() ? "" : " (" + code + ")"));
    this.status = status;
    this.code = code;
  }

  public int status() {
    return status;
  }

  public String code() {
    return code;
  }
}
