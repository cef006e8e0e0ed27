package io.pulsewarden.telemetry.fhir;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Date;
import org.hl7.fhir.r4.model.CapabilityStatement;
import org.hl7.fhir.r4.model.CapabilityStatement.CapabilityStatementKind;
import org.hl7.fhir.r4.model.CapabilityStatement.CapabilityStatementRestComponent;
import org.hl7.fhir.r4.model.CapabilityStatement.CapabilityStatementRestResourceComponent;
import org.hl7.fhir.r4.model.CapabilityStatement.ConditionalDeleteStatus;
import org.hl7.fhir.r4.model.CapabilityStatement.ResourceVersionPolicy;
import org.hl7.fhir.r4.model.CapabilityStatement.RestfulCapabilityMode;
import org.hl7.fhir.r4.model.CapabilityStatement.TypeRestfulInteraction;
import org.hl7.fhir.r4.model.Enumerations.FHIRVersion;
import org.hl7.fhir.r4.model.Enumerations.PublicationStatus;
import org.hl7.fhir.r4.model.Enumerations.SearchParamType;

/** The CapabilityStatement: what there is, and nothing of what is to come. */
final class Capabilities {

  private static final LocalDate CHANGED = LocalDate.of(2026, 11, 23);

  private Capabilities() {}

  static CapabilityStatement statement(String base) {
    CapabilityStatement statement = new CapabilityStatement();
    statement.setStatus(PublicationStatus.ACTIVE);
    statement.setDate(Date.from(CHANGED.atStartOfDay(ZoneOffset.UTC).toInstant()));
    statement.setKind(CapabilityStatementKind.INSTANCE);
    statement.setFhirVersion(FHIRVersion._4_0_1);
    statement.addFormat("json");
    statement.getSoftware().setName("Pulsewarden");
    statement.getImplementation().setDescription("Pulsewarden telemetry-service").setUrl(base);
    CapabilityStatementRestComponent rest = statement.addRest();
    rest.setMode(RestfulCapabilityMode.SERVER);
    rest.getSecurity()
        .setDescription(
            "OpenID Connect access token as bearer token. Role, organisation and care team"
                + " decide.");
    patient(rest.addResource());
    observation(rest.addResource());
    return statement;
  }

  private static void patient(CapabilityStatementRestResourceComponent patient) {
    patient.setType("Patient");
    patient.setVersioning(ResourceVersionPolicy.NOVERSION);
    patient.addInteraction().setCode(TypeRestfulInteraction.READ);
    patient.addInteraction().setCode(TypeRestfulInteraction.CREATE);
    patient.addInteraction().setCode(TypeRestfulInteraction.SEARCHTYPE);
    patient.setConditionalCreate(true);
    patient.setConditionalDelete(ConditionalDeleteStatus.NOTSUPPORTED);
    parameter(patient, "identifier", SearchParamType.TOKEN, "system|value, exactly");
  }

  private static void observation(CapabilityStatementRestResourceComponent observation) {
    observation.setType("Observation");
    observation.addSupportedProfile("http://hl7.org/fhir/StructureDefinition/vitalsigns");
    observation.setVersioning(ResourceVersionPolicy.NOVERSION);
    observation.addInteraction().setCode(TypeRestfulInteraction.READ);
    observation.addInteraction().setCode(TypeRestfulInteraction.SEARCHTYPE);
    parameter(observation, "patient", SearchParamType.REFERENCE, "required");
    parameter(observation, "code", SearchParamType.TOKEN, "a list of LOINC codes");
    parameter(
        observation, "date", SearchParamType.DATE, "prefixes eq, ge, gt, le, lt; may be repeated");
    parameter(observation, "_lastUpdated", SearchParamType.DATE, "with _sort=_lastUpdated only");
  }

  private static void parameter(
      CapabilityStatementRestResourceComponent resource,
      String name,
      SearchParamType type,
      String documentation) {
    resource.addSearchParam().setName(name).setType(type).setDocumentation(documentation);
  }
}
