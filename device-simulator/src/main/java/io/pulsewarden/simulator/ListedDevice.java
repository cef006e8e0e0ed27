package io.pulsewarden.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.pulsewarden.simulator.endpoints.JsonHttp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/**
 * A device that somebody else registered: one JSON object on a line of its own.
 *
 * @param claim with which it may enrol; only used if it has not
 * @param profile what it measures
 * @param patient a label: devices with the same label measure the same simulated person
 */
record ListedDevice(UUID device, String claim, String profile, String patient) {

  /** Reads a list. */
  static List<ListedDevice> read(Path file) {
    try {
      return Files.readAllLines(file).stream()
          .filter(line -> !line.isBlank())
          .map(line -> parse(line, file))
          .toList();
    } catch (IOException e) {
      throw new SimulatorException("cannot read the list of devices " + file, e);
    }
  }

  private static ListedDevice parse(String line, Path file) {
    try {
      JsonNode json = JsonHttp.mapper().readTree(line);
      String device = json.path("deviceId").asText();
      return new ListedDevice(
          UUID.fromString(device),
          json.path("claim").asText(),
          json.path("profile").asText(),
          json.path("patient").asText(device));
    } catch (JsonProcessingException | IllegalArgumentException e) {
      // Without the line itself: it has a claim in it.
      throw new SimulatorException(file + " has a line that is no device");
    }
  }

  /** Redacted: never the claim. */
  @Override
  public String toString() {
    return "ListedDevice[" + device + ", " + profile + "]";
  }
}
