package io.pulsewarden.audit.fhir;

import static org.hl7.fhir.r4.model.AuditEvent.AuditEventAction.C;
import static org.hl7.fhir.r4.model.AuditEvent.AuditEventAction.E;
import static org.hl7.fhir.r4.model.AuditEvent.AuditEventAction.R;
import static org.hl7.fhir.r4.model.AuditEvent.AuditEventAction.U;

import io.pulsewarden.contracts.audit.v1.AuditAction;
import java.util.Optional;
import org.hl7.fhir.r4.model.AuditEvent.AuditEventAction;
import org.hl7.fhir.r4.model.Coding;
import org.jspecify.annotations.Nullable;

/**
 * What an event of the log is in FHIR's words: type, subtype and action, and BALP's profile of a
 * successful one where BALP has one. It follows from the log's action alone, so that a search by
 * type or action is one by the log's actions.
 */
@SuppressWarnings("ImmutableEnumChecker") // a code is a record of strings
enum ActionPattern {
  READ(R, rest(), interaction("read"), "Read"),
  QUERY(E, rest(), interaction("search"), "Query"),
  CREATE(C, rest(), interaction("create"), "Create"),
  UPDATE(U, rest(), interaction("update"), "Update"),
  LOGIN(E, dicom("110114", "User Authentication"), dicom("110122", "Login"), null),
  LOGOUT(E, dicom("110114", "User Authentication"), dicom("110123", "Logout"), null),
  /** Needs a role that few have. */
  PRIVILEGED(E, alert(), dicom("110132", "Use of Restricted Function"), null),
  /** Certificates and claims. */
  CREDENTIALS(E, alert(), dicom("110137", "User Security Attributes Changed"), null),
  SECURITY_CONFIGURATION(E, alert(), dicom("110129", "Security Configuration"), null),
  BREAK_GLASS_STARTED(E, alert(), dicom("110127", "Emergency Override Started"), null),
  BREAK_GLASS_ENDED(E, alert(), dicom("110138", "Emergency Override Stopped"), null),
  AUDIT_LOG_USED(R, dicom("110101", "Audit Log Used"), null, null),
  IMPORT(C, dicom("110107", "Import"), null, null),
  /** Whatever else a service did. */
  ACTIVITY(E, dicom("110100", "Application Activity"), null, null);

  private final AuditEventAction action;
  private final Code type;
  private final @Nullable Code subtype;
  private final @Nullable String profile;

  ActionPattern(
      AuditEventAction action, Code type, @Nullable Code subtype, @Nullable String profile) {
    this.action = action;
    this.type = type;
    this.subtype = subtype;
    this.profile = profile;
  }

  AuditEventAction action() {
    return action;
  }

  Coding type() {
    return type.coding();
  }

  Optional<Coding> subtype() {
    return Optional.ofNullable(subtype).map(Code::coding);
  }

  /** The last part of BALP's profile of it, without a patient. */
  Optional<String> profile() {
    return Optional.ofNullable(profile);
  }

  boolean isBreakGlass() {
    return this == BREAK_GLASS_STARTED || this == BREAK_GLASS_ENDED;
  }

  /** What an action of the log is. */
  static ActionPattern of(AuditAction action) {
    return switch (action) {
      case AUDIT_ACTION_DEVICE_READ,
          AUDIT_ACTION_PATIENT_READ,
          AUDIT_ACTION_PATIENT_LOGIN_READ,
          AUDIT_ACTION_OBSERVATION_READ,
          AUDIT_ACTION_CARE_TEAM_READ,
          AUDIT_ACTION_QUARANTINE_READ,
          AUDIT_ACTION_EXPLANATION_READ,
          AUDIT_ACTION_DELIVERY_READ,
          AUDIT_ACTION_RECEIPT_READ,
          AUDIT_ACTION_ERASURE_READ ->
          READ;
      case AUDIT_ACTION_PATIENT_SEARCHED, AUDIT_ACTION_OBSERVATION_SEARCHED -> QUERY;
      case AUDIT_ACTION_DEVICE_REGISTERED,
          AUDIT_ACTION_DEVICES_IMPORTED,
          AUDIT_ACTION_DEVICE_ASSIGNED,
          AUDIT_ACTION_MAINTENANCE_RECORDED,
          AUDIT_ACTION_GATEWAY_AUTHORISED,
          AUDIT_ACTION_ENROLMENT_REQUESTED,
          AUDIT_ACTION_PATIENT_CREATED,
          AUDIT_ACTION_CARE_TEAM_CREATED ->
          CREATE;
      case AUDIT_ACTION_ASSIGNMENT_ENDED,
          AUDIT_ACTION_DEVICE_STATE_CHANGED,
          AUDIT_ACTION_DEVICE_CONFIGURED,
          AUDIT_ACTION_MODEL_CONFIGURED,
          AUDIT_ACTION_GATEWAY_WITHDRAWN,
          AUDIT_ACTION_DECOMMISSIONING_REQUESTED,
          AUDIT_ACTION_DECOMMISSIONING_CALLED_OFF,
          AUDIT_ACTION_DEVICE_DECOMMISSIONED,
          AUDIT_ACTION_ENROLMENT_DECIDED,
          AUDIT_ACTION_CARE_TEAM_CHANGED ->
          UPDATE;
      case AUDIT_ACTION_SESSION_OPENED, AUDIT_ACTION_SESSION_REFUSED -> LOGIN;
      case AUDIT_ACTION_SESSION_CLOSED -> LOGOUT;
      case AUDIT_ACTION_CLAIM_CREATED,
          AUDIT_ACTION_CLAIM_REFUSED,
          AUDIT_ACTION_CLAIM_LOCKED,
          AUDIT_ACTION_CERTIFICATE_ISSUED,
          AUDIT_ACTION_CERTIFICATE_REFUSED,
          AUDIT_ACTION_CERTIFICATE_REVOKED,
          AUDIT_ACTION_CERTIFICATE_RENEWED,
          AUDIT_ACTION_DEVICE_REVOKED ->
          CREDENTIALS;
      case AUDIT_ACTION_ENROLMENT_SETTINGS_CHANGED,
          AUDIT_ACTION_MANUFACTURER_CA_CHANGED,
          AUDIT_ACTION_ISSUING_CA_ADDED,
          AUDIT_ACTION_ISSUING_CA_RETIRED ->
          SECURITY_CONFIGURATION;
      case AUDIT_ACTION_KEYS_HANDED_OUT,
          AUDIT_ACTION_KEYS_DENIED,
          AUDIT_ACTION_SUBJECT_KEY_CREATED,
          AUDIT_ACTION_SUBJECT_KEY_DESTROYED,
          AUDIT_ACTION_SUBJECT_KEY_ROTATED,
          AUDIT_ACTION_PATIENT_PURGED,
          AUDIT_ACTION_ERASURE_REQUESTED,
          AUDIT_ACTION_ERASURE_CONFIRMED,
          AUDIT_ACTION_ERASURE_CALLED_OFF,
          AUDIT_ACTION_ERASURE_REFUSED,
          AUDIT_ACTION_ERASURE_COMPLETED,
          AUDIT_ACTION_LEGAL_HOLD_PLACED,
          AUDIT_ACTION_LEGAL_HOLD_LIFTED,
          AUDIT_ACTION_KEK_ROTATED,
          AUDIT_ACTION_KEK_REWRAPPED,
          AUDIT_ACTION_KEK_TRIM_PROVEN,
          AUDIT_ACTION_KEK_TRIM_VERIFIED,
          AUDIT_ACTION_KEK_TRIMMED,
          AUDIT_ACTION_KEK_TRIM_REFUSED,
          AUDIT_ACTION_AUDIT_PRUNING_SIGNED,
          AUDIT_ACTION_PATIENT_LOGIN_BOUND,
          AUDIT_ACTION_PATIENT_LOGIN_ENDED ->
          PRIVILEGED;
      case AUDIT_ACTION_BREAK_GLASS_STARTED -> BREAK_GLASS_STARTED;
      case AUDIT_ACTION_BREAK_GLASS_ENDED -> BREAK_GLASS_ENDED;
      case AUDIT_ACTION_AUDIT_SEARCHED, AUDIT_ACTION_AUDIT_ENTRY_READ -> AUDIT_LOG_USED;
      case AUDIT_ACTION_VITALS_STORED -> IMPORT;
      default -> ACTIVITY;
    };
  }

  /** A code of a system. */
  private record Code(String system, String code, String display) {
    Coding coding() {
      return Codes.coding(system, code, display);
    }
  }

  private static Code rest() {
    return new Code(Codes.EVENT_TYPE, "rest", "RESTful Operation");
  }

  private static Code alert() {
    return dicom("110113", "Security Alert");
  }

  private static Code interaction(String code) {
    return new Code(Codes.INTERACTION, code, code);
  }

  private static Code dicom(String code, String display) {
    return new Code(Codes.DICOM, code, display);
  }
}
