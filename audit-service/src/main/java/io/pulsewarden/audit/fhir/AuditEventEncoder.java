package io.pulsewarden.audit.fhir;

import io.pulsewarden.audit.search.IndexedEntry;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.contracts.audit.v1.AuditOutcome;
import io.pulsewarden.contracts.audit.v1.AuditRecord;
import java.time.Instant;
import java.util.Optional;
import org.hl7.fhir.r4.model.AuditEvent.AuditEventOutcome;
import org.hl7.fhir.r4.model.InstantType;

/**
 * An entry's event as an AuditEvent (FHIR R4). Its id is the entry's index, by which it can be
 * proved.
 */
final class AuditEventEncoder {

  private static final String BALP =
      "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.";
  private static final long LAST_OF_9999 = 253_402_300_799_999L;

  private AuditEventEncoder() {}

  static org.hl7.fhir.r4.model.AuditEvent encode(IndexedEntry entry, Viewer viewer) {
    AuditRecord record = entry.record();
    AuditEvent event = record.getEvent();
    ActionPattern pattern = ActionPattern.of(event.getAction());
    org.hl7.fhir.r4.model.AuditEvent encoded = new org.hl7.fhir.r4.model.AuditEvent();
    encoded.setId(Long.toString(entry.leafIndex()));
    encoded.setType(pattern.type()).setAction(pattern.action());
    pattern.subtype().ifPresent(encoded::addSubtype);
    encoded.addSubtype(OwnCode.of(event.getAction(), event.getActionValue()));
    encoded.setRecordedElement(instant(event.getOccurredAtMs()));
    outcome(event.getOutcome()).ifPresent(encoded::setOutcome);
    if (!event.getReasonCode().isEmpty()) {
      encoded.setOutcomeDesc(event.getReasonCode());
    }
    if (pattern.isBreakGlass()) {
      encoded.addPurposeOfEvent(Codes.concept(Codes.ACT_REASON, "BTG", "break the glass"));
    }
    encoded.setAgent(AgentEncoder.encode(pattern, event.getAgent(), record.getService()));
    encoded
        .getSource()
        .setObserver(Codes.identified("service", record.getService()))
        .addType(Codes.coding(Codes.SOURCE_TYPE, "4", "Application Server"));
    if (!event.getOrganisationId().isEmpty()) {
      encoded.getSource().setSite(event.getOrganisationId());
    }
    encoded.setEntity(EntityEncoder.encode(pattern, event, viewer));
    profile(pattern, event).ifPresent(profile -> encoded.getMeta().addProfile(BALP + profile));
    return encoded;
  }

  /** BALP's profiles are of what succeeded, and of one patient at most. */
  private static Optional<String> profile(ActionPattern pattern, AuditEvent event) {
    long patients = event.getPatientIdList().stream().distinct().count();
    boolean hasData = pattern == ActionPattern.QUERY || event.getEntityCount() > 0 || patients == 1;
    return event.getOutcome() == AuditOutcome.AUDIT_OUTCOME_SUCCESS && patients <= 1 && hasData
        ? pattern.profile().map(profile -> patients == 1 ? "Patient" + profile : profile)
        : Optional.empty();
  }

  static Optional<AuditEventOutcome> outcome(AuditOutcome outcome) {
    return switch (outcome) {
      case AUDIT_OUTCOME_SUCCESS -> Optional.of(AuditEventOutcome._0);
      case AUDIT_OUTCOME_FAILED -> Optional.of(AuditEventOutcome._4);
      case AUDIT_OUTCOME_DENIED -> Optional.of(AuditEventOutcome._8);
      case AUDIT_OUTCOME_UNSPECIFIED, UNRECOGNIZED -> Optional.empty();
    };
  }

  /** What a producer wrote as its time may be anything; FHIR's years have four digits. */
  private static InstantType instant(long millis) {
    return new InstantType(Instant.ofEpochMilli(Math.clamp(millis, 0, LAST_OF_9999)).toString());
  }
}
