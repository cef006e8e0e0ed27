package io.pulsewarden.keys.problem;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/** Bodies in which nothing is passed over that two readers might read in two ways. */
public final class StrictJson {

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();
  private static final Pattern ID =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

  private StrictJson() {}

  /**
   * One document, and nothing behind it; no field twice.
   *
   * @throws IOException if it is anything else
   */
  public static JsonNode read(byte[] body) throws IOException {
    return JSON.readTree(body);
  }

  /** A UUID in lower case, written in full. */
  public static Optional<UUID> id(JsonNode node) {
    return node.isTextual() && ID.matcher(node.asText()).matches()
        ? Optional.of(UUID.fromString(node.asText()))
        : Optional.empty();
  }
}
