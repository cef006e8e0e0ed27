package io.pulsewarden.platform.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.pulsewarden.platform.client.Person;
import io.pulsewarden.platform.data.PlatformEnvironment;
import io.pulsewarden.platform.data.Port;
import io.pulsewarden.platform.data.Ports;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** What the nurse sees of the demo patients, read over FHIR. */
final class Ward {

  private final Person nurse;
  private final Ports ports;
  private final DemoRecord record;
  private final Instant since;

  Ward(Person nurse, Ports ports, DemoRecord record, Instant since) {
    this.nurse = nurse;
    this.ports = ports;
    this.record = record;
    this.since = since;
  }

  /** A line for each patient that has a reading since then: the newest ones. */
  List<String> lines() throws IOException, InterruptedException {
    List<String> lines = new ArrayList<>();
    for (DemoPatient patient : DemoPatient.values()) {
      JsonNode entries = newest(patient);
      if (!entries.isEmpty()) {
        lines.add(line(patient, entries));
      }
    }
    return lines;
  }

  private JsonNode newest(DemoPatient patient) throws IOException, InterruptedException {
    String id = record.get("patient." + patient.name()).orElseThrow();
    return nurse
        .get(
            PlatformEnvironment.https(ports, Port.TELEMETRY)
                + "/fhir/Observation?patient="
                + id
                + "&date=ge"
                + since.truncatedTo(ChronoUnit.SECONDS)
                + "&_sort=-date&_count=4")
        .path("entry");
  }

  private static String line(DemoPatient patient, JsonNode entries) {
    StringBuilder line = new StringBuilder(patient.fullName()).append(':');
    for (JsonNode entry : entries) {
      line.append("  ").append(ReadingText.of(entry.path("resource")));
    }
    JsonNode newest = entries.path(0).path("resource");
    return line.append("  at ").append(newest.path("effectiveDateTime").asText()).toString();
  }
}
