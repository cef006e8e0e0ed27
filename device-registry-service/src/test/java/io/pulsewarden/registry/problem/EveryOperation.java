package io.pulsewarden.registry.problem;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One operation of the OpenAPI document, so that none is forgotten.
 *
 * @param path with its parameters in braces
 * @param type of a body; null if it takes none
 * @param example a good body
 * @param queries names of query parameters
 */
record EveryOperation(
    String method, String path, @Nullable String type, String example, List<String> queries) {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  EveryOperation {
    queries = List.copyOf(queries);
  }

  static List<EveryOperation> of(String openApi) {
    List<EveryOperation> all = new ArrayList<>();
    try {
      for (Map.Entry<String, JsonNode> path : JSON.readTree(openApi).path("paths").properties()) {
        for (Map.Entry<String, JsonNode> method : path.getValue().properties()) {
          if (method.getValue().has("responses")) {
            all.add(of(path.getKey(), path.getValue(), method.getKey(), method.getValue()));
          }
        }
      }
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
    return all;
  }

  private static EveryOperation of(String path, JsonNode item, String method, JsonNode operation) {
    Map.Entry<String, JsonNode> body =
        operation.path("requestBody").path("content").properties().stream()
            .findFirst()
            .orElse(null);
    JsonNode example =
        body == null
            ? JSON.missingNode()
            : body.getValue().path("examples").path("example").path("value");
    List<String> queries = new ArrayList<>();
    for (JsonNode parameters : List.of(item.path("parameters"), operation.path("parameters"))) {
      for (JsonNode parameter : parameters) {
        if (parameter.path("in").asText().equals("query")) {
          queries.add(parameter.path("name").asText());
        }
      }
    }
    return new EveryOperation(
        method.toUpperCase(Locale.ROOT),
        path,
        body == null ? null : body.getKey(),
        example.isTextual() ? example.asText() : example.toString(),
        queries);
  }

  String name() {
    return method + " " + path;
  }

  /** Whether it is for people, with a token. */
  boolean isForPeople() {
    return path.startsWith("/v1/");
  }

  boolean takesJson() {
    return "application/json".equals(type);
  }

  boolean hasParameter() {
    return path.contains("{");
  }

  /** The path with something in each parameter's place; a fingerprint has its form, or no path. */
  String at(String anything) {
    return path.replace("{fingerprint}", "0".repeat(64)).replaceAll("\\{[^}]*}", anything);
  }
}
