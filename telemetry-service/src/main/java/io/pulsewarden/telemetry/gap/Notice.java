package io.pulsewarden.telemetry.gap;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * What a device is told of its numbering: how it stands, not what changed, so that a notice that is
 * lost, or comes twice, does no harm (docs/mqtt.md).
 *
 * @param missing the newest first
 * @param more whether there are older ones
 */
public record Notice(int run, long newest, List<Gap> missing, boolean more) {

  static final int MAX_MISSING = 100;

  private static final JsonFactory JSON = new JsonFactory();

  public Notice {
    missing = List.copyOf(missing);
  }

  static Notice of(Numbers numbers, List<Gap> gaps) {
    return new Notice(
        numbers.run(),
        numbers.newest(),
        gaps.subList(0, Math.min(MAX_MISSING, gaps.size())),
        gaps.size() > MAX_MISSING || numbers.gapsNotKept() > 0);
  }

  /** UTF-8 JSON. */
  public byte[] json() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeStringField("notice", "numbering");
      json.writeNumberField("run", run);
      json.writeNumberField("newest", newest);
      json.writeArrayFieldStart("missing");
      for (Gap gap : missing) {
        json.writeStartObject();
        json.writeNumberField("run", gap.run());
        json.writeNumberField("first", gap.first());
        if (!gap.isRestart()) {
          json.writeNumberField("last", gap.last());
        }
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeBooleanField("more", more);
      json.writeEndObject();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return out.toByteArray();
  }
}
