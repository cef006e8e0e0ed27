package io.pulsewarden.platform.demo;

import java.util.List;
import java.util.Map;

/** The patients of the demo ward, made up. */
enum DemoPatient {
  AMARA("Okafor", "Amara", "1948-02-17", "female", "bedside"),
  BENNO("Lindqvist", "Benno", "1961-09-03", "male", "oximeter"),
  CHIARA("Moretti", "Chiara", "1975-12-30", "female", "cuff");

  private static final String SYSTEM = "urn:pulsewarden:demo:mrn";

  private final String family;
  private final String given;
  private final String born;
  private final String gender;
  private final String profile;

  DemoPatient(String family, String given, String born, String gender, String profile) {
    this.family = family;
    this.given = given;
    this.born = born;
    this.gender = gender;
    this.profile = profile;
  }

  /** The kind of device that the patient wears, in the simulator's words. */
  String profile() {
    return profile;
  }

  String fullName() {
    return given + " " + family;
  }

  String serialNumber() {
    return "DEMO-" + name();
  }

  /** FHIR search for exactly this patient. */
  String query() {
    return "identifier=" + SYSTEM + "|" + name();
  }

  /** As FHIR R4's Patient. */
  Map<String, Object> resource() {
    return Map.of(
        "resourceType",
        "Patient",
        "identifier",
        List.of(Map.of("system", SYSTEM, "value", name())),
        "name",
        List.of(Map.of("family", family, "given", List.of(given))),
        "gender",
        gender,
        "birthDate",
        born);
  }
}
