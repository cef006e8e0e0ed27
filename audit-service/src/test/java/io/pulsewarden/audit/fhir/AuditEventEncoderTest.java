package io.pulsewarden.audit.fhir;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.ResultSeverityEnum;
import ca.uhn.fhir.validation.SingleValidationMessage;
import com.google.protobuf.ByteString;
import io.pulsewarden.audit.search.IndexedEntry;
import io.pulsewarden.auditclient.AuditEvents;
import io.pulsewarden.contracts.audit.v1.Agent;
import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.contracts.audit.v1.AuditOutcome;
import io.pulsewarden.contracts.audit.v1.AuditRecord;
import io.pulsewarden.contracts.audit.v1.Entity;
import io.pulsewarden.contracts.audit.v1.StoredRange;
import io.pulsewarden.contracts.audit.v1.TextProof;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;
import org.hl7.fhir.r4.model.AuditEvent.AuditEventOutcome;
import org.hl7.fhir.r4.model.CanonicalType;
import org.hl7.fhir.r5.utils.validation.constants.BestPracticeWarningLevel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** AuditEvents against R4 by HAPI's validator, and against BALP by {@link BalpRules}. */
class AuditEventEncoderTest {

  private static final UUID ORGANISATION = UUID.randomUUID();
  private static final String PATIENT = UUID.randomUUID().toString();
  private static final String OTHER_PATIENT = UUID.randomUUID().toString();
  private static final String DEVICE = UUID.randomUUID().toString();
  private static final Viewer AUDITOR = new Viewer.Auditor(ORGANISATION);
  private static final FhirContext FHIR = FhirContext.forR4Cached();
  private static final FhirValidator VALIDATOR = validator();
  private static final Agent NURSE = AuditEvents.user("8e9d3c8e", List.of("clinician"));

  static Stream<AuditAction> actions() {
    return Arrays.stream(AuditAction.values()).filter(one -> one != AuditAction.UNRECOGNIZED);
  }

  @ParameterizedTest
  @MethodSource("actions")
  void shouldBeValidWhateverWasDone(AuditAction action) {
    List<AuditEvent.Builder> shapes = shapes(action);
    for (AuditEvent.Builder event : shapes) {
      for (AuditOutcome outcome :
          List.of(AuditOutcome.AUDIT_OUTCOME_SUCCESS, AuditOutcome.AUDIT_OUTCOME_DENIED)) {
        assertThat(BalpRules.broken(encode(event.setOutcome(outcome), AUDITOR)))
            .as(event.toString())
            .isEmpty();
      }
    }
    AuditEvent.Builder one = shapes.get(action.getNumber() % shapes.size());
    assertThat(errors(encode(one, AUDITOR))).as(one.toString()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void shouldBeValidInEachShape(ActionPattern pattern) {
    AuditAction action =
        actions().filter(one -> ActionPattern.of(one) == pattern).findFirst().orElseThrow();
    for (AuditEvent.Builder event : shapes(action)) {
      assertThat(errors(encode(event, AUDITOR))).as(event.toString()).isEmpty();
    }
  }

  @Test
  void shouldClaimTheProfilesThatBalpHas() {
    assertThat(profiles(event(AuditAction.AUDIT_ACTION_OBSERVATION_READ).addPatientId(PATIENT)))
        .containsExactly("PatientRead");
    assertThat(profiles(event(AuditAction.AUDIT_ACTION_OBSERVATION_SEARCHED).addPatientId(PATIENT)))
        .containsExactly("PatientQuery");
    assertThat(profiles(event(AuditAction.AUDIT_ACTION_PATIENT_CREATED).addPatientId(PATIENT)))
        .containsExactly("PatientCreate");
    assertThat(profiles(event(AuditAction.AUDIT_ACTION_CARE_TEAM_CHANGED).addPatientId(PATIENT)))
        .containsExactly("PatientUpdate");
    assertThat(profiles(event(AuditAction.AUDIT_ACTION_DEVICE_READ).addEntity(device())))
        .containsExactly("Read");
    assertThat(profiles(event(AuditAction.AUDIT_ACTION_DEVICE_READ))).isEmpty();
    assertThat(
            profiles(
                event(AuditAction.AUDIT_ACTION_OBSERVATION_READ)
                    .addPatientId(PATIENT)
                    .setOutcome(AuditOutcome.AUDIT_OUTCOME_DENIED)))
        .isEmpty();
  }

  @Test
  void shouldSayLoginPrivilegeAndBreakGlassInDicomsCodes() {
    assertThat(codes(AuditAction.AUDIT_ACTION_SESSION_OPENED)).contains("110114", "110122");
    assertThat(codes(AuditAction.AUDIT_ACTION_SESSION_CLOSED)).contains("110114", "110123");
    assertThat(codes(AuditAction.AUDIT_ACTION_ERASURE_CONFIRMED)).contains("110113", "110132");
    assertThat(codes(AuditAction.AUDIT_ACTION_BREAK_GLASS_STARTED)).contains("110113", "110127");
    assertThat(codes(AuditAction.AUDIT_ACTION_BREAK_GLASS_ENDED)).contains("110113", "110138");
    assertThat(codes(AuditAction.AUDIT_ACTION_AUDIT_SEARCHED)).contains("110101");
    assertThat(
            encode(event(AuditAction.AUDIT_ACTION_BREAK_GLASS_STARTED), AUDITOR)
                .getPurposeOfEventFirstRep()
                .getCodingFirstRep()
                .getCode())
        .isEqualTo("BTG");
  }

  @Test
  void shouldTellDeniedFromFailed() {
    var denied =
        encode(
            event(AuditAction.AUDIT_ACTION_PATIENT_READ)
                .setOutcome(AuditOutcome.AUDIT_OUTCOME_DENIED)
                .setReasonCode("not-in-care-team"),
            AUDITOR);
    var failed =
        encode(
            event(AuditAction.AUDIT_ACTION_PATIENT_READ)
                .setOutcome(AuditOutcome.AUDIT_OUTCOME_FAILED)
                .setReasonCode("erased"),
            AUDITOR);

    assertThat(denied.getOutcome()).isEqualTo(AuditEventOutcome._8);
    assertThat(denied.getOutcomeDesc()).isEqualTo("not-in-care-team");
    assertThat(failed.getOutcome()).isEqualTo(AuditEventOutcome._4);
  }

  @Test
  void shouldShowAPatientNothingOfAnother() {
    AuditEvent.Builder event =
        event(AuditAction.AUDIT_ACTION_CARE_TEAM_CHANGED)
            .addPatientId(PATIENT)
            .addPatientId(OTHER_PATIENT)
            .addEntity(Entity.newBuilder().setType("Observation").setId("belongs-to-whom"));
    Viewer own = new Viewer.OwnPatient(ORGANISATION, UUID.fromString(PATIENT));

    String shown = FHIR.newJsonParser().encodeResourceToString(encode(event, own));

    assertThat(shown)
        .contains(PATIENT, "8e9d3c8e", "clinician")
        .doesNotContain(OTHER_PATIENT, "belongs-to-whom");
    assertThat(FHIR.newJsonParser().encodeResourceToString(encode(event, AUDITOR)))
        .contains(OTHER_PATIENT, "belongs-to-whom");
  }

  @Test
  void shouldBeValidWithTimesAndIdsThatNobodyForesaw() {
    AuditEvent.Builder event =
        event(AuditAction.AUDIT_ACTION_DEVICE_READ)
            .setOccurredAtMs(Long.MAX_VALUE)
            .setAgent(Agent.getDefaultInstance())
            .addEntity(Entity.newBuilder().setType("Thing").setId("an id / that is \"none\""));

    assertThat(errors(encode(event, AUDITOR))).isEmpty();
    assertThat(
            errors(
                encode(
                    event.setOccurredAtMs(-1).setActionValue(9999).setOutcomeValue(77), AUDITOR)))
        .isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"READ", "QUERY", "CREATE", "UPDATE"})
  void shouldSeeWhatBreaksAProfile(ActionPattern pattern) {
    // The rules themselves: if they find nothing wrong here, they prove nothing above.
    AuditAction action =
        actions().filter(one -> ActionPattern.of(one) == pattern).findFirst().orElseThrow();
    var encoded = encode(event(action).addPatientId(PATIENT), AUDITOR);
    encoded.getAgent().removeLast();
    encoded.getEntity().removeFirst();
    encoded.setOutcome(AuditEventOutcome._4);

    assertThat(BalpRules.broken(encoded)).hasSizeGreaterThanOrEqualTo(3);
  }

  @Test
  void shouldSeeWhatBreaksR4() {
    var encoded = encode(event(AuditAction.AUDIT_ACTION_PATIENT_READ), AUDITOR);
    encoded.setRecorded(null);

    assertThat(errors(encoded)).isNotEmpty();
  }

  private static List<AuditEvent.Builder> shapes(AuditAction action) {
    return List.of(
        event(action).addPatientId(PATIENT).addEntity(observation()),
        event(action).addPatientId(PATIENT),
        event(action).addPatientId(PATIENT).addPatientId(OTHER_PATIENT),
        event(action).addEntity(device()).addEntity(observation()),
        event(action)
            .setAgent(AuditEvents.device(UUID.fromString(DEVICE)))
            .addEntity(Entity.newBuilder().setType("Observation").setCount(12)),
        event(action)
            .setAgent(AuditEvents.service("spiffe://pulsewarden.local/service/telemetry-service"))
            .clearOrganisationId()
            .setStoredRange(StoredRange.newBuilder().setTopic("t").setLastOffset(9)),
        event(action)
            .setReasonCode("emergency")
            .addTextProof(
                TextProof.newBuilder()
                    .setName("explanation")
                    .setSaltedHash(ByteString.copyFrom(new byte[32]))));
  }

  private static AuditEvent.Builder event(AuditAction action) {
    return AuditEvent.newBuilder()
        .setEventId(UUID.randomUUID().toString())
        .setOccurredAtMs(1_800_000_000_123L)
        .setAction(action)
        .setOutcome(AuditOutcome.AUDIT_OUTCOME_SUCCESS)
        .setOrganisationId(ORGANISATION.toString())
        .setAgent(NURSE);
  }

  private static Entity device() {
    return Entity.newBuilder().setType("Device").setId(DEVICE).setCount(1).build();
  }

  private static Entity observation() {
    return Entity.newBuilder().setType("Observation").setId("gv4ah33t7oltqsgaymwkvnlnje").build();
  }

  private static List<String> profiles(AuditEvent.Builder event) {
    return encode(event, AUDITOR).getMeta().getProfile().stream()
        .map(CanonicalType::getValue)
        .map(url -> url.substring(url.lastIndexOf('.') + 1))
        .toList();
  }

  private static List<String> codes(AuditAction action) {
    var encoded = encode(event(action), AUDITOR);
    return Stream.concat(Stream.of(encoded.getType()), encoded.getSubtype().stream())
        .map(coding -> coding.getCode())
        .toList();
  }

  private static org.hl7.fhir.r4.model.AuditEvent encode(AuditEvent.Builder event, Viewer viewer) {
    AuditRecord record =
        AuditRecord.newBuilder().setService("telemetry-service").setEvent(event).build();
    return AuditEventEncoder.encode(new IndexedEntry(42, record, false), viewer);
  }

  private static List<String> errors(org.hl7.fhir.r4.model.AuditEvent event) {
    return VALIDATOR.validateWithResult(event).getMessages().stream()
        .filter(message -> message.getSeverity().compareTo(ResultSeverityEnum.ERROR) >= 0)
        .map(SingleValidationMessage::toString)
        .toList();
  }

  private static FhirValidator validator() {
    FhirInstanceValidator instance =
        new FhirInstanceValidator(
            new ValidationSupportChain(
                new DefaultProfileValidationSupport(FHIR),
                new CommonCodeSystemsTerminologyService(FHIR),
                new InMemoryTerminologyServerValidationSupport(FHIR)));
    instance.setBestPracticeWarningLevel(BestPracticeWarningLevel.Ignore);
    // BALP's own definitions are not there: BalpRules stand for them.
    instance.setErrorForUnknownProfiles(false);
    return FHIR.newValidator().registerValidatorModule(instance);
  }
}
