package io.pulsewarden.audit.fhir;

import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Reference;

/** Code systems and identifier systems that AuditEvents name. */
final class Codes {

  static final String EVENT_TYPE = "http://terminology.hl7.org/CodeSystem/audit-event-type";
  static final String INTERACTION = "http://hl7.org/fhir/restful-interaction";
  static final String DICOM = "http://dicom.nema.org/resources/ontology/DCM";
  static final String PARTICIPATION = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType";
  static final String ENTITY_TYPE = "http://terminology.hl7.org/CodeSystem/audit-entity-type";
  static final String ENTITY_ROLE = "http://terminology.hl7.org/CodeSystem/object-role";
  static final String SOURCE_TYPE = "http://terminology.hl7.org/CodeSystem/security-source-type";
  static final String ACT_REASON = "http://terminology.hl7.org/CodeSystem/v3-ActReason";

  /** The log's own actions, such as {@code observation-read}. */
  static final String OWN_ACTION = "https://pulsewarden.io/fhir/CodeSystem/audit-action";

  /** Realm roles, such as {@code clinician}. */
  static final String OWN_ROLE = "https://pulsewarden.io/fhir/CodeSystem/role";

  private static final String OWN_IDENTIFIER = "https://pulsewarden.io/fhir/sid/";
  private static final String ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason";

  private Codes() {}

  static Coding coding(String system, String code, String display) {
    return new Coding().setSystem(system).setCode(code).setDisplay(display);
  }

  static CodeableConcept concept(String system, String code, String display) {
    return new CodeableConcept().addCoding(coding(system, code, display));
  }

  /** Refers to something by an id of ours that is no FHIR id here. */
  static Reference identified(String kind, String value) {
    return new Reference()
        .setIdentifier(new Identifier().setSystem(OWN_IDENTIFIER + kind).setValue(value));
  }

  /** Says why an element that BALP wants has no value. */
  static Extension absent(String reason) {
    return new Extension(ABSENT, new CodeType(reason));
  }
}
