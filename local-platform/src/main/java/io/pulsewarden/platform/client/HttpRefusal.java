package io.pulsewarden.platform.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpRequest;

/** A status that is no success, with the server's own short reason if it gave one. */
public final class HttpRefusal extends IOException {

  private static final long serialVersionUID = 1L;

  private final int status;

  private HttpRefusal(int status, String message) {
    super(message);
    this.status = status;
  }

  static HttpRefusal of(HttpRequest request, HttpAnswer answer) {
    return new HttpRefusal(
        answer.status(),
        "%s %s: %d%s"
            .formatted(request.method(), request.uri().getPath(), answer.status(), reason(answer)));
  }

  public int status() {
    return status;
  }

  private static String reason(HttpAnswer answer) {
    try {
      JsonNode json = answer.json();
      for (String field : new String[] {"detail", "title", "error_description", "errorMessage"}) {
        if (json.path(field).isTextual()) {
          return " " + json.path(field).asText();
        }
      }
      JsonNode issue = json.path("issue").path(0).path("diagnostics");
      return issue.isTextual() ? " " + issue.asText() : "";
    } catch (IOException e) {
      return "";
    }
  }
}
