package io.pulsewarden.keys.problem;

import jakarta.ws.rs.core.Response;

/**
 * Problem details (RFC 9457).
 *
 * @param type a URI that is its code's home
 * @param code for programs
 * @param detail for people; holds nothing that came in a request
 */
public record Problem(String type, String title, int status, String code, String detail) {

  private static final String HOME = "https://pulsewarden.io/problems/";

  /** The whole answer. */
  public static Response response(int status, String code, String detail) {
    Response.StatusType known = Response.Status.fromStatusCode(status);
    String title = known == null ? "Error" : known.getReasonPhrase();
    return Response.status(status)
        .type("application/problem+json")
        .entity(new Problem(HOME + code, title, status, code, detail))
        .build();
  }
}
