package io.pulsewarden.telemetry.patient;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pulsewarden.envelope.EnvelopeContext;
import io.pulsewarden.telemetry.failure.FailureCode;
import io.pulsewarden.telemetry.failure.RequestFailedException;
import io.pulsewarden.telemetry.fhir.FhirJson;
import io.pulsewarden.telemetry.keys.KeySubject;
import io.pulsewarden.telemetry.keys.Opened;
import io.pulsewarden.telemetry.keys.Purpose;
import io.pulsewarden.telemetry.keys.Sealing;
import io.pulsewarden.telemetry.keys.SubjectErasedException;
import io.smallrye.mutiny.Uni;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Patient;

/** Between a FHIR Patient and its envelope; docs/formats/demographics.md. Thread-safe. */
final class Demographics {

  private final Sealing sealing;
  private final FhirJson json;

  Demographics(Sealing sealing, FhirJson json) {
    this.sealing = sealing;
    this.json = json;
  }

  /**
   * What was posted, as it will be kept: without id, meta and narrative.
   *
   * @throws RequestFailedException if it is no Patient
   */
  Patient read(String body) {
    Patient patient = json.parse(Patient.class, body);
    patient.setIdElement(null);
    patient.setMeta(null);
    patient.setText(null);
    return patient;
  }

  /**
   * The identifiers by which the patient will be found; at least one.
   *
   * @throws RequestFailedException if there is none, or one lacks its system or value
   */
  static List<PatientIdentifier> identifiers(Patient patient) {
    if (patient.getIdentifier().isEmpty()) {
      throw new RequestFailedException(
          FailureCode.UNPROCESSABLE, "a Patient needs an identifier with system and value");
    }
    return patient.getIdentifier().stream().map(Demographics::identifier).distinct().toList();
  }

  private static PatientIdentifier identifier(Identifier identifier) {
    String system = identifier.getSystem();
    String value = identifier.getValue();
    if (system == null || value == null) {
      throw new RequestFailedException(
          FailureCode.UNPROCESSABLE, "each identifier needs a system and a value");
    }
    try {
      return new PatientIdentifier(system, value);
    } catch (IllegalArgumentException refused) {
      throw new RequestFailedException(
          FailureCode.UNPROCESSABLE, "each identifier needs a system and a value of usual length");
    }
  }

  /** May complete on any thread. */
  Uni<byte[]> seal(UUID organisation, UUID id, Patient patient) {
    byte[] plaintext = json.encode(patient).getBytes(UTF_8);
    return Uni.createFrom()
        .completionStage(
            () ->
                sealing.seal(
                    KeySubject.patient(organisation, id),
                    Purpose.DEMOGRAPHICS,
                    context(organisation, id, PatientEntity.SCHEMA_VERSION),
                    plaintext));
  }

  /** The Patient with id and meta. Fails with {@link SubjectErasedException} if it was erased. */
  Uni<Patient> open(PatientEntity row) {
    return Uni.createFrom()
        .completionStage(
            () ->
                sealing.open(
                    context(row.organisation, row.id, row.schemaVersion),
                    Purpose.DEMOGRAPHICS,
                    row.demographics))
        .map(
            opened ->
                switch (opened) {
                  case Opened.Plaintext(byte[] bytes) -> patient(row, new String(bytes, UTF_8));
                  case Opened.Erased() -> throw new SubjectErasedException();
                  case Opened.Rejected() ->
                      throw new IllegalStateException(
                          "demographics do not open: patient=" + row.id);
                });
  }

  private Patient patient(PatientEntity row, String stored) {
    return describe(row, json.parse(Patient.class, stored));
  }

  /** Sets what the row has in clear. */
  static Patient describe(PatientEntity row, Patient patient) {
    patient.setId(row.id.toString());
    patient
        .getMeta()
        .setVersionId(Integer.toString(row.version))
        .setLastUpdated(Date.from(row.updatedAt));
    return patient;
  }

  private static EnvelopeContext context(UUID organisation, UUID id, int schemaVersion) {
    return new EnvelopeContext("demographics", organisation, id, null, 0, 0, schemaVersion);
  }
}
