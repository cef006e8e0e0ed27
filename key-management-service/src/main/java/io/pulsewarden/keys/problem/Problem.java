package io.pulsewarden.keys.problem;

import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;

/**
 * Problem details (RFC 9457).
 *
 * @param type a URI that is its code's home
 * @param code for programs
 * @param detail for people; holds nothing that came in a request
 */
public record Problem(String type, String title, int status, String code, String detail) {

  private static final int RETRY_SECONDS = 5;
  private static final String HOME = "https://pulsewarden.io/problems/";

  /** 503: what is away may be there again in a while. */
  public static Response later(String code, String detail) {
    return Response.fromResponse(response(503, code, detail))
        .header(HttpHeaders.RETRY_AFTER, RETRY_SECONDS)
        .build();
  }

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
