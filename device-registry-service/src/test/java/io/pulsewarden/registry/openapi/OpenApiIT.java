package io.pulsewarden.registry.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.pulsewarden.registry.testing.Registry;
import io.pulsewarden.registry.testing.RegistryTestBed;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Fails when an operation is described worse than the others. */
@QuarkusTest
@QuarkusTestResource(RegistryTestBed.class)
class OpenApiIT {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** Has no text form that an example could be written in. */
  private static final Set<String> DER =
      Set.of("application/ocsp-request", "application/ocsp-response", "application/pkix-crl");

  /** Codes have a hyphen, and words of the descriptions have none. */
  private static final Pattern CODES = Pattern.compile("[a-z]+(-[a-z0-9]+)+(?!\\.\\.\\.)");

  @TestHTTPResource(value = "/", tls = true)
  URI base;

  private JsonNode document;

  /** Of an operation: {@code method path}, and what is said of it. */
  private record Described(String name, String id, JsonNode operation) {}

  @BeforeEach
  void read() throws IOException {
    String json =
        new Registry(base, UUID.randomUUID())
            .anonymous()
            .queryParam("format", "JSON")
            .get("/q/openapi")
            .then()
            .statusCode(200)
            .extract()
            .asString();
    document = JSON.readTree(json);
  }

  @Test
  void shouldSayWhatEachOperationDoes() {
    assertThat(operations()).hasSizeGreaterThan(35);
    for (Described one : operations()) {
      assertThat(one.id()).as(one.name()).isNotEmpty();
      assertThat(one.operation().path("summary").asText()).as(one.name()).isNotBlank();
      assertThat(one.operation().path("tags")).as(one.name()).isNotEmpty();
      one.operation()
          .path("responses")
          .properties()
          .forEach(
              answer ->
                  assertThat(answer.getValue().path("description").asText())
                      .as("%s %s", one.name(), answer.getKey())
                      .isNotBlank());
    }
  }

  @Test
  void shouldNameAndShowTheProblemsOfEachOperation() {
    for (Described one : operations()) {
      List<String> errors = new ArrayList<>();
      one.operation()
          .path("responses")
          .properties()
          .forEach(
              answer -> {
                if (answer.getKey().compareTo("400") >= 0) {
                  errors.add(answer.getKey());
                  requireProblems(one, answer.getKey(), answer.getValue());
                }
              });
      assertThat(errors).as(one.name()).contains("500", "503");
      if (one.name().contains(" /v1/")) {
        assertThat(errors).as(one.name()).contains("401", "403");
      }
      if (one.name().contains("{id}")) {
        assertThat(errors).as(one.name()).contains("404");
      }
      if (one.operation().has("requestBody")) {
        assertThat(errors).as(one.name()).contains("413", "415");
      }
    }
  }

  /** Each code that the description names has an example of its own status. */
  private static void requireProblems(Described one, String status, JsonNode answer) {
    JsonNode content = answer.path("content").path("application/problem+json");
    assertThat(content.path("schema").path("$ref").asText())
        .as("%s %s", one.name(), status)
        .isEqualTo("#/components/schemas/Problem");
    assertThat(content.path("examples")).as("%s %s", one.name(), status).isNotEmpty();
    content
        .path("examples")
        .properties()
        .forEach(
            example -> {
              JsonNode problem = example.getValue().path("value");
              assertThat(problem.path("code").asText()).isEqualTo(example.getKey());
              assertThat(problem.path("status").asText()).isEqualTo(status);
              assertThat(problem.path("type").asText()).endsWith("/" + example.getKey());
            });
    CODES
        .matcher(answer.path("description").asText())
        .results()
        .map(MatchResult::group)
        .forEach(
            code ->
                assertThat(content.path("examples").has(code))
                    .as("%s %s: %s", one.name(), status, code)
                    .isTrue());
  }

  @Test
  void shouldShowWhatGoesInAndOut() {
    for (Described one : operations()) {
      one.operation()
          .path("requestBody")
          .path("content")
          .properties()
          .forEach(body -> requireExample(one.name() + " request", body));
      Set<String> answered = new TreeSet<>();
      one.operation()
          .path("responses")
          .properties()
          .forEach(
              answer -> {
                if (answer.getKey().startsWith("2")) {
                  answered.add(answer.getKey());
                  answer
                      .getValue()
                      .path("content")
                      .properties()
                      .forEach(body -> requireExample(one.name() + " answer", body));
                  if (Set.of("200", "201").contains(answer.getKey())) {
                    assertThat(answer.getValue().path("content")).as(one.name()).isNotEmpty();
                  }
                }
              });
      assertThat(answered).as(one.name()).isNotEmpty();
    }
  }

  private void requireExample(String where, Map.Entry<String, JsonNode> body) {
    if (DER.contains(body.getKey())) {
      return;
    }
    JsonNode examples = body.getValue().path("examples");
    assertThat(examples).as("%s %s", where, body.getKey()).isNotEmpty();
    if (body.getKey().equals("application/json")) {
      for (JsonNode example : examples) {
        requireFits(where, example.path("value"), body.getValue().path("schema"));
      }
    }
  }

  /** An example has no field that its schema lacks, and none of another kind. */
  private void requireFits(String where, JsonNode value, JsonNode given) {
    JsonNode schema = resolved(given);
    assertThat(schema.isMissingNode()).as("%s has a schema", where).isFalse();
    if (value.isArray()) {
      value.forEach(item -> requireFits(where, item, schema.path("items")));
    } else if (value.isObject()) {
      JsonNode properties = schema.path("properties");
      value
          .properties()
          .forEach(
              field -> {
                assertThat(properties.has(field.getKey()))
                    .as("%s: %s of %s", where, field.getKey(), properties)
                    .isTrue();
                requireFits(where, field.getValue(), properties.path(field.getKey()));
              });
    }
  }

  private JsonNode resolved(JsonNode schema) {
    String reference = schema.path("$ref").asText();
    if (!reference.isEmpty()) {
      return document.at(reference.substring(1));
    }
    for (JsonNode part : schema.path("anyOf")) {
      if (part.has("$ref")) {
        return resolved(part);
      }
    }
    return schema;
  }

  /** The document in the repository is what the service serves. */
  @Test
  void shouldBeWhatIsWrittenDown() throws IOException {
    Path file =
        Path.of(System.getProperty("pulsewarden.root", ".."))
            .resolve("docs/openapi/device-registry.yaml");
    String served = new Registry(base, UUID.randomUUID()).anonymous().get("/q/openapi").asString();
    if (Boolean.getBoolean("openapi.record")) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, served);
    }

    assertThat(served).isEqualTo(Files.readString(file));
  }

  private List<Described> operations() {
    List<Described> all = new ArrayList<>();
    document
        .path("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .properties()
                    .forEach(
                        method -> {
                          if (method.getValue().has("responses")) {
                            all.add(
                                new Described(
                                    method.getKey() + " " + path.getKey(),
                                    method.getValue().path("operationId").asText(),
                                    method.getValue()));
                          }
                        }));
    return all;
  }
}
