package io.pulsewarden.telemetry.session;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.pulsewarden.telemetry.devicefeed.DeviceSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.OptionalInt;

/** A configuration as docs/mqtt.md shows it. Thread-safe. */
final class ConfigurationJson {

  private static final JsonFactory JSON = new JsonFactory();

  private ConfigurationJson() {}

  /** UTF-8 JSON. */
  static byte[] write(DeviceSettings settings) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeNumberField("version", settings.version());
      write(json, "samplingIntervalSeconds", settings.samplingIntervalSeconds());
      write(json, "reportingIntervalSeconds", settings.reportingIntervalSeconds());
      write(json, "batteryThresholdPercent", settings.batteryThresholdPercent());
      json.writeEndObject();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return out.toByteArray();
  }

  private static void write(JsonGenerator json, String name, OptionalInt value) throws IOException {
    if (value.isPresent()) {
      json.writeNumberField(name, value.getAsInt());
    }
  }
}
