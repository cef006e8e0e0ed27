package io.pulsewarden.registry.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.eclipse.microprofile.openapi.models.media.MediaType;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.jspecify.annotations.Nullable;

/**
 * What goes in and out of each operation, by its id: {@code request} and {@code response} of
 * openapi-examples.json; {@code schema} or {@code type} where what is answered does not show in the
 * code, {@code binary} where it has no text.
 */
final class ApiExamples {

  private static final String FILE = "/openapi-examples.json";
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String NAME = "example";
  private static final Set<String> ANSWERS = Set.of("200", "201");

  private final JsonNode byOperation;

  private ApiExamples(JsonNode byOperation) {
    this.byOperation = byOperation;
  }

  static ApiExamples read() {
    try (InputStream in = ApiExamples.class.getResourceAsStream(FILE)) {
      return new ApiExamples(JSON.readTree(Objects.requireNonNull(in, FILE)));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  void complete(Operation operation) {
    String id = operation.getOperationId();
    JsonNode example = byOperation.path(id.startsWith("labelled") ? plain(id) : id);
    if (operation.getRequestBody() != null && example.has("request")) {
      add(operation.getRequestBody().getContent(), example.get("request"));
    }
    operation
        .getResponses()
        .getAPIResponses()
        .forEach(
            (status, response) -> {
              if (ANSWERS.contains(status) && !example.isMissingNode()) {
                complete(response, example);
              }
            });
  }

  private static String plain(String id) {
    return id.substring("labelled".length()).toLowerCase(Locale.ROOT);
  }

  private static void complete(APIResponse response, JsonNode example) {
    Content content = response.getContent();
    if (content == null || content.getMediaTypes().isEmpty()) {
      MediaType body = OASFactory.createMediaType();
      if (example.has("binary")) {
        body.schema(OASFactory.createSchema().addType(Schema.SchemaType.STRING).format("binary"));
      }
      content =
          OASFactory.createContent()
              .addMediaType(example.path("type").asText("application/json"), body);
      response.setContent(content);
    }
    if (example.has("schema")) {
      // An operation that answers with headers of its own tells no type.
      String schema = "#/components/schemas/" + example.get("schema").asText();
      for (MediaType body : content.getMediaTypes().values()) {
        if (body.getSchema() == null) {
          body.schema(OASFactory.createSchema().ref(schema));
        }
      }
    }
    add(content, example.get("response"));
  }

  private static void add(@Nullable Content content, @Nullable JsonNode example) {
    if (content == null || example == null) {
      return;
    }
    for (Map.Entry<String, MediaType> body : content.getMediaTypes().entrySet()) {
      if (body.getValue().getExamples() == null && body.getValue().getExample() == null) {
        body.getValue()
            .addExample(
                NAME, OASFactory.createExample().value(JSON.convertValue(example, Object.class)));
      }
    }
  }
}
