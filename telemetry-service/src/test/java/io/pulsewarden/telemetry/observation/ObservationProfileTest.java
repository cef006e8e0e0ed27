package io.pulsewarden.telemetry.observation;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.ResultSeverityEnum;
import ca.uhn.fhir.validation.SingleValidationMessage;
import io.pulsewarden.telemetry.store.SeriesId;
import io.pulsewarden.telemetry.vitals.MergedReading;
import io.pulsewarden.telemetry.vitals.Reading;
import io.pulsewarden.telemetry.vitals.Samples;
import io.pulsewarden.telemetry.vitals.SourcedReading;
import io.pulsewarden.telemetry.vitals.VitalSign;
import io.pulsewarden.telemetry.vitals.WaveSign;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Observation.ObservationStatus;
import org.hl7.fhir.r5.utils.validation.constants.BestPracticeWarningLevel;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ObservationProfileTest {

  private static final UUID ORGANISATION = UUID.randomUUID();
  private static final UUID PATIENT = UUID.randomUUID();
  private static final UUID DEVICE = UUID.randomUUID();
  private static final long TIME = 1_800_000_000_000L;
  private static final FhirContext FHIR = FhirContext.forR4Cached();
  private static final FhirValidator VALIDATOR = validator();

  /** Steps, battery, signal quality. */
  private static final Set<String> IS_NO_VITAL_SIGN =
      Set.of("55423-8", "67996", "150320", "131328", "131330", "150452");

  static Stream<Reading> readings() {
    return Stream.concat(
        Arrays.stream(VitalSign.values())
            .filter(sign -> !sign.isPanelMember())
            .map(sign -> new Reading.Quantity(sign, TIME, sign.range().highest())),
        Stream.of(
            panel("120", "80", "93.3"),
            panel("120", "80", null),
            panel("120", null, null),
            panel(null, null, "93.3"),
            wave(WaveSign.ECG, null, 12, -7, Samples.ERROR),
            wave(WaveSign.ECG_II, new BigDecimal("-5"), 12, Samples.BELOW),
            wave(WaveSign.PPG, null, Samples.ERROR, Samples.ERROR)));
  }

  @ParameterizedTest
  @MethodSource("readings")
  void shouldBeValidAgainstTheProfilesThatItNames(Reading reading) {
    Observation observation = ObservationEncoder.encode(ORGANISATION, found(reading, DEVICE, 0));
    assertThat(
            observation.getMeta().getProfile().stream()
                .anyMatch(profile -> profile.getValue().endsWith("/vitalsigns")))
        .isEqualTo(!IS_NO_VITAL_SIGN.contains(reading.code()));
    assertThat(errors(observation)).isEmpty();
  }

  @Test
  void shouldBeValidAsAnAmendmentThroughAGateway() {
    Reading reading = new Reading.Quantity(VitalSign.HEART_RATE, TIME, new BigDecimal("62.8"));
    Observation observation =
        ObservationEncoder.encode(ORGANISATION, found(reading, UUID.randomUUID(), 1));
    assertThat(observation.getStatus()).isEqualTo(ObservationStatus.AMENDED);
    assertThat(errors(observation)).isEmpty();
  }

  @Test
  void shouldBeValidWhenItWasEnteredInError() {
    Reading reading = new Reading.Quantity(VitalSign.HEART_RATE, TIME, new BigDecimal("62.8"));
    MergedReading withdrawn =
        new MergedReading(new SourcedReading(PATIENT, DEVICE, DEVICE, reading), 0, true);
    Observation observation =
        ObservationEncoder.encode(
            ORGANISATION,
            new Found(
                "gv4ah33t7oltqsgaymwkvnlnje", new Keyset(TIME, new SeriesId(1), 0), withdrawn));
    assertThat(observation.getStatus()).isEqualTo(ObservationStatus.ENTEREDINERROR);
    assertThat(errors(observation)).isEmpty();
  }

  @Test
  void shouldFindAWrongUnitAndAMissingComponent() {
    // The validator itself: if it finds nothing wrong here, it proves nothing above.
    Observation wrongUnit =
        ObservationEncoder.encode(
            ORGANISATION,
            found(
                new Reading.Quantity(VitalSign.BODY_TEMPERATURE, TIME, new BigDecimal("36.6")),
                DEVICE,
                0));
    wrongUnit.getValueQuantity().setCode("K");
    Observation lacking =
        ObservationEncoder.encode(ORGANISATION, found(panel("120", "80", null), DEVICE, 0));
    lacking.getComponent().removeLast();
    assertThat(errors(wrongUnit)).isNotEmpty();
    assertThat(errors(lacking)).isNotEmpty();
  }

  @Test
  void shouldKeepTheDigitsOfAValue() {
    Observation observation =
        ObservationEncoder.encode(
            ORGANISATION,
            found(
                new Reading.Quantity(VitalSign.HEART_RATE, TIME, new BigDecimal("62.8")),
                DEVICE,
                0));
    assertThat(FHIR.newJsonParser().encodeResourceToString(observation))
        .contains("\"value\":62.8,")
        .contains("\"effectiveDateTime\":\"2027-01-15T08:00:00.000Z\"");
  }

  @Test
  void shouldShowSamplesAsTheyAre() {
    Observation observation =
        ObservationEncoder.encode(
            ORGANISATION,
            found(wave(WaveSign.ECG_II, new BigDecimal("-5"), 12, Samples.BELOW, -7), DEVICE, 0));
    assertThat(FHIR.newJsonParser().encodeResourceToString(observation))
        .contains(
            "\"system\":\"urn:iso:std:iso:11073:10101\",\"code\":\"131330\"",
            "\"system\":\"http://loinc.org\",\"code\":\"11524-6\"",
            "\"valueSampledData\":{\"origin\":{\"value\":0,\"unit\":\"mV\","
                + "\"system\":\"http://unitsofmeasure.org\",\"code\":\"mV\"},"
                + "\"period\":7.8125,\"factor\":0.005,\"lowerLimit\":-5,\"dimensions\":1,"
                + "\"data\":\"12 L -7\"}");
  }

  private static List<String> errors(Observation observation) {
    return VALIDATOR.validateWithResult(observation).getMessages().stream()
        .filter(message -> message.getSeverity().compareTo(ResultSeverityEnum.ERROR) >= 0)
        .map(SingleValidationMessage::toString)
        .toList();
  }

  private static Reading panel(
      @Nullable String systolic, @Nullable String diastolic, @Nullable String mean) {
    return new Reading.BloodPressure(
        TIME,
        systolic == null ? null : new BigDecimal(systolic),
        diastolic == null ? null : new BigDecimal(diastolic),
        mean == null ? null : new BigDecimal(mean));
  }

  private static Reading wave(WaveSign sign, @Nullable BigDecimal lower, int... samples) {
    return new Reading.Waveform(
        sign,
        TIME,
        new Samples(
            new Samples.Grid(
                new BigDecimal("7.8125"), new BigDecimal("0.005"), BigDecimal.ZERO, lower, null),
            samples));
  }

  private static Found found(Reading reading, UUID source, int ordinal) {
    return new Found(
        "gv4ah33t7oltqsgaymwkvnlnje",
        new Keyset(TIME, new SeriesId(1), ordinal),
        new MergedReading(new SourcedReading(PATIENT, source, DEVICE, reading), ordinal));
  }

  private static FhirValidator validator() {
    FhirInstanceValidator instance =
        new FhirInstanceValidator(
            new ValidationSupportChain(
                new DefaultProfileValidationSupport(FHIR),
                new CommonCodeSystemsTerminologyService(FHIR),
                new InMemoryTerminologyServerValidationSupport(FHIR)));
    instance.setBestPracticeWarningLevel(BestPracticeWarningLevel.Ignore);
    return FHIR.newValidator().registerValidatorModule(instance);
  }
}
