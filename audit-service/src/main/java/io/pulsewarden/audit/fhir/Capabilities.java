package io.pulsewarden.audit.fhir;

import java.util.List;
import org.hl7.fhir.r4.model.CapabilityStatement;
import org.hl7.fhir.r4.model.CapabilityStatement.CapabilityStatementKind;
import org.hl7.fhir.r4.model.CapabilityStatement.CapabilityStatementRestComponent;
import org.hl7.fhir.r4.model.CapabilityStatement.CapabilityStatementRestResourceComponent;
import org.hl7.fhir.r4.model.CapabilityStatement.ResourceVersionPolicy;
import org.hl7.fhir.r4.model.CapabilityStatement.RestfulCapabilityMode;
import org.hl7.fhir.r4.model.CapabilityStatement.TypeRestfulInteraction;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Enumerations.FHIRVersion;
import org.hl7.fhir.r4.model.Enumerations.PublicationStatus;
import org.hl7.fhir.r4.model.Enumerations.SearchParamType;

/** The CapabilityStatement: what there is, and nothing of what is to come. */
final class Capabilities {

  private static final String CHANGED = "2026-11-28";
  private static final String BALP =
      "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.";

  private Capabilities() {}

  static CapabilityStatement statement(String base) {
    CapabilityStatement statement = new CapabilityStatement();
    statement.setStatus(PublicationStatus.ACTIVE);
    statement.setDateElement(new DateTimeType(CHANGED));
    statement.setKind(CapabilityStatementKind.INSTANCE);
    statement.setFhirVersion(FHIRVersion._4_0_1);
    statement.addFormat("json");
    statement.getSoftware().setName("Pulsewarden");
    statement.getImplementation().setDescription("Pulsewarden audit-service").setUrl(base);
    CapabilityStatementRestComponent rest = statement.addRest();
    rest.setMode(RestfulCapabilityMode.SERVER);
    rest.getSecurity()
        .setDescription(
            "OpenID Connect access token as bearer token. Role auditor: all of the organisation."
                + " Role patient: what was done with the data of the patient that a privacy"
                + " officer bound the login to.");
    auditEvent(rest.addResource());
    return statement;
  }

  private static void auditEvent(CapabilityStatementRestResourceComponent event) {
    event.setType("AuditEvent");
    for (String base : List.of("Read", "Query", "Create", "Update")) {
      event.addSupportedProfile(BALP + base);
      event.addSupportedProfile(BALP + "Patient" + base);
    }
    event.setVersioning(ResourceVersionPolicy.NOVERSION);
    event.addInteraction().setCode(TypeRestfulInteraction.READ);
    event.addInteraction().setCode(TypeRestfulInteraction.SEARCHTYPE);
    parameter(event, "patient", SearchParamType.REFERENCE, "required with the role patient");
    parameter(
        event,
        "agent",
        SearchParamType.REFERENCE,
        "a device, or with :identifier a login or a service's SPIFFE id");
    parameter(event, "entity", SearchParamType.REFERENCE, "id, or type and id");
    parameter(
        event,
        "date",
        SearchParamType.DATE,
        "prefixes eq, ge, gt, le, lt, sa, eb; may be repeated");
    parameter(event, "action", SearchParamType.TOKEN, "C, R, U or E");
    parameter(event, "outcome", SearchParamType.TOKEN, "0 done, 4 failed, 8 denied");
    parameter(event, "type", SearchParamType.TOKEN, "one code");
    parameter(event, "subtype", SearchParamType.TOKEN, "one code, also the log's own action");
  }

  private static void parameter(
      CapabilityStatementRestResourceComponent resource,
      String name,
      SearchParamType type,
      String documentation) {
    resource.addSearchParam().setName(name).setType(type).setDocumentation(documentation);
  }
}
