package io.pulsewarden.registry.procurement;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One JSON object a line, flat: strings, and true or false. */
final class NdjsonRows implements RowReader {

  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private final BoundedLines lines;

  NdjsonRows(InputStream in) {
    this.lines = new BoundedLines(in);
  }

  @Override
  public @Nullable Row next() throws IOException {
    String line = lines.next();
    while (line != null && line.isBlank()) {
      line = lines.next();
    }
    if (line == null) {
      return null;
    }
    int number = lines.number();
    if (lines.wasTooLong()) {
      return new Row.Bad(number, RowProblem.TOO_LONG);
    }
    try (JsonParser parser = JSON.createParser(line)) {
      Map<String, String> values = new HashMap<>();
      return read(parser, values)
          ? new Row.Fields(number, values)
          : new Row.Bad(number, RowProblem.INVALID_ROW);
    } catch (JsonProcessingException unreadable) {
      return new Row.Bad(number, RowProblem.INVALID_ROW);
    }
  }

  /** False if the line is something else. */
  private static boolean read(JsonParser parser, Map<String, String> values) throws IOException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      return false;
    }
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      JsonToken value = parser.nextToken();
      if (!ProcuredFields.NAMES.contains(name)
          || !(value == JsonToken.VALUE_STRING
              || value == JsonToken.VALUE_TRUE
              || value == JsonToken.VALUE_FALSE)) {
        return false;
      }
      values.put(name, parser.getText());
    }
    return parser.currentToken() == JsonToken.END_OBJECT && parser.nextToken() == null;
  }
}
