package io.pulsewarden.simulator.endpoints;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.pulsewarden.simulator.SimulatorException;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

/** Sends a request and reads a JSON answer; what is not 2xx becomes a {@link HttpRefusal}. */
public final class JsonHttp {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final HttpClient client;

  public JsonHttp(HttpClient client) {
    this.client = client;
  }

  /** The mapper that all requests are written with. */
  public static JsonMapper mapper() {
    return JSON;
  }

  /**
   * Sends and waits.
   *
   * @throws HttpRefusal for a status that is not 2xx
   */
  public JsonNode send(HttpRequest request) throws InterruptedException {
    try {
      HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
      if (answer.statusCode() / 100 != 2) {
        throw new HttpRefusal(request.uri(), answer.statusCode(), errorCode(answer.body()));
      }
      return JSON.readTree(answer.body());
    } catch (JsonProcessingException e) {
      throw new SimulatorException(request.uri().getPath() + " did not answer in JSON", e);
    } catch (IOException e) {
      throw new SimulatorException("no answer from " + request.uri().getAuthority(), e);
    }
  }

  /** Writes a JSON value. */
  public static String write(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not JSON", e);
    }
  }

  /**
   * The name that an error body gives the error, or an empty text. Nothing else of it: a body may
   * repeat what was sent.
   */
  public static String errorCode(String body) {
    try {
      JsonNode problem = JSON.readTree(body);
      for (String name : new String[] {"code", "error"}) {
        if (problem.path(name).isTextual()) {
          return problem.path(name).asText();
        }
      }
      return problem.path("issue").path(0).path("code").asText("");
    } catch (JsonProcessingException e) {
      return "";
    }
  }
}
