package io.pulsewarden.platform.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.pulsewarden.platform.client.Person;
import io.pulsewarden.platform.data.PlatformEnvironment;
import io.pulsewarden.platform.data.Port;
import io.pulsewarden.platform.data.Ports;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Makes patients, care team and devices by the public APIs, as the administrator would. Each step
 * asks whether it was done; a crash between a step and its record is seen by the serial number that
 * is taken already.
 */
final class Seeding {

  private final Person admin;
  private final Ports ports;
  private final DemoRecord record;
  private final Clock clock;

  Seeding(Person admin, Ports ports, DemoRecord record, Clock clock) {
    this.admin = admin;
    this.ports = ports;
    this.record = record;
    this.clock = clock;
  }

  /** Patients, each with a device, all in the care of {@code nurse}. */
  void seed(String nurse) throws IOException, InterruptedException {
    String team = team();
    admin.put(teams() + "/" + team + "/members/" + nurse);
    for (DemoPatient patient : DemoPatient.values()) {
      String id = patient(patient);
      admin.put(teams() + "/" + team + "/patients/" + id);
      device(patient, id);
    }
  }

  private String team() throws IOException, InterruptedException {
    Optional<String> made = record.get("team");
    if (made.isPresent()) {
      return made.get();
    }
    String team = admin.post(teams(), Map.of("name", "Demo ward")).path("id").asText();
    record.put("team", team);
    return team;
  }

  private String patient(DemoPatient patient) throws IOException, InterruptedException {
    String key = "patient." + patient.name();
    Optional<String> made = record.get(key);
    if (made.isPresent()) {
      return made.get();
    }
    String fhir = PlatformEnvironment.https(ports, Port.TELEMETRY) + "/fhir/Patient";
    String id = admin.createIfNone(fhir, patient.query(), patient.resource()).path("id").asText();
    record.put(key, id);
    return id;
  }

  private void device(DemoPatient patient, String patientId)
      throws IOException, InterruptedException {
    String key = "device." + patient.name();
    if (record.get("claim." + patient.name()).isPresent()) {
      return;
    }
    String id = record.get(key).orElse("");
    if (id.isEmpty()) {
      id = registered(patient);
      record.put(key, id);
    }
    if (admin.get(devices() + "/" + id).path("assignments").isEmpty()) {
      String from = clock.instant().minus(Duration.ofMinutes(1)).toString();
      admin.post(
          devices() + "/" + id + "/assignments", Map.of("patientId", patientId, "from", from));
    }
    JsonNode claim = admin.post(devices() + "/" + id + "/claims", Map.of("validFor", "PT24H"));
    record.put("claim." + patient.name(), claim.path("claim").asText());
  }

  private String registered(DemoPatient patient) throws IOException, InterruptedException {
    for (JsonNode device : admin.get(devices() + "?limit=100").path("items")) {
      if (patient.serialNumber().equals(device.path("serialNumber").asText())) {
        return device.path("id").asText();
      }
    }
    return admin
        .post(
            devices(),
            Map.of(
                "serialNumber",
                patient.serialNumber(),
                "model",
                patient.profile(),
                "manufacturer",
                "Pulsewarden demo",
                "udi",
                "(01)09506000117843(21)" + patient.serialNumber()))
        .path("id")
        .asText();
  }

  private String devices() {
    return PlatformEnvironment.https(ports, Port.REGISTRY) + "/v1/devices";
  }

  private String teams() {
    return PlatformEnvironment.https(ports, Port.TELEMETRY) + "/v1/care-teams";
  }
}
