package io.pulsewarden.e2e;

import io.restassured.http.ContentType;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** What an administrator does before a device can speak for a patient, by the public APIs alone. */
final class Ward {

  private final Platform platform;
  private final People people;

  Ward(Platform platform, People people) {
    this.platform = platform;
    this.people = people;
  }

  /** Admits a patient and answers the id that the platform gave. */
  String admit(String family, String given, String mrn) {
    return people
        .as("admin")
        .contentType("application/fhir+json")
        .header("If-None-Exist", "identifier=urn:mrn|" + mrn)
        .body(
            Map.of(
                "resourceType",
                "Patient",
                "identifier",
                List.of(Map.of("system", "urn:mrn", "value", mrn)),
                "name",
                List.of(Map.of("family", family, "given", List.of(given))),
                "birthDate",
                "1948-02-29"))
        .post(platform.address("PW_FHIR_URL") + "/Patient")
        .then()
        .statusCode(201)
        .extract()
        .path("id");
  }

  /** Makes a care team of that user for that patient. */
  void careTeam(String user, String patient) {
    String teams = telemetry() + "/v1/care-teams";
    String team =
        people
            .as("admin")
            .contentType(ContentType.JSON)
            .body(Map.of("name", "ward 3"))
            .post(teams)
            .then()
            .statusCode(201)
            .extract()
            .path("id");
    people
        .as("admin")
        .put(teams + "/" + team + "/members/" + people.id(user))
        .then()
        .statusCode(204);
    people.as("admin").put(teams + "/" + team + "/patients/" + patient).then().statusCode(204);
  }

  /** Registers a device and assigns it to the patient from that moment on. */
  RegisteredDevice device(String serialNumber, String patient, Instant from) {
    String devices = platform.address("PW_REGISTRY_URL") + "/v1/devices";
    String id =
        people
            .as("admin")
            .contentType(ContentType.JSON)
            .body(
                Map.of(
                    "serialNumber",
                    serialNumber,
                    "model",
                    "Bedside 1",
                    "manufacturer",
                    "Acme Medical",
                    "udi",
                    "(01)09506000117843(21)" + serialNumber))
            .post(devices)
            .then()
            .statusCode(201)
            .extract()
            .path("id");
    people
        .as("admin")
        .contentType(ContentType.JSON)
        .body(Map.of("patientId", patient, "from", from.toString()))
        .post(devices + "/" + id + "/assignments")
        .then()
        .statusCode(201);
    String claim =
        people
            .as("admin")
            .contentType(ContentType.JSON)
            .body(Map.of())
            .post(devices + "/" + id + "/claims")
            .then()
            .statusCode(201)
            .extract()
            .path("claim");
    return new RegisteredDevice(id, claim);
  }

  /** Root of telemetry's HTTP, of which FHIR is one path. */
  String telemetry() {
    return platform.address("PW_FHIR_URL").replaceAll("/fhir/?$", "");
  }

  /** A device that may enrol once with its claim. */
  record RegisteredDevice(String id, String claim) {}
}
