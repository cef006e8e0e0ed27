package io.pulsewarden.telemetry.observation;

import io.pulsewarden.telemetry.vitals.Change;
import io.pulsewarden.telemetry.vitals.MergedReading;
import io.pulsewarden.telemetry.vitals.Reading;
import io.pulsewarden.telemetry.vitals.Samples;
import io.pulsewarden.telemetry.vitals.SourcedReading;
import io.pulsewarden.telemetry.vitals.VitalSign;
import io.pulsewarden.telemetry.vitals.WaveSign;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.UUID;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.InstantType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Observation.ObservationComponentComponent;
import org.hl7.fhir.r4.model.Observation.ObservationStatus;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.SampledData;
import org.jspecify.annotations.Nullable;

/**
 * A reading as FHIR R4 Observation, after the vital-signs profiles. Values keep the digits that
 * were stored; times are UTC with milliseconds.
 */
final class ObservationEncoder {

  static final String IDENTIFIER_SYSTEM = "https://pulsewarden.io/fhir/sid/observation";

  private static final String PROFILES = "http://hl7.org/fhir/StructureDefinition/";
  private static final String UCUM = "http://unitsofmeasure.org";
  private static final String URI = "urn:ietf:rfc:3986";
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
  private static final String GATEWAY = PROFILES + "observation-gatewayDevice";

  private ObservationEncoder() {}

  static Observation encode(UUID organisation, Found found) {
    SourcedReading reading = found.reading().reading();
    Observation observation = new Observation();
    observation.setId(found.id());
    observation.addIdentifier().setSystem(IDENTIFIER_SYSTEM).setValue(found.id());
    if (!found.reading().lastChange().equals(Change.NONE)) {
      Instant changed = Instant.ofEpochMilli(found.reading().lastChange().millis());
      observation.getMeta().setLastUpdatedElement(new InstantType(TIME.format(changed)));
    }
    observation.setStatus(status(found.reading()));
    observation.setSubject(new Reference("Patient/" + reading.patient()));
    observation.addPerformer(logical("Organization", organisation));
    observation.setDevice(device(reading.device()));
    if (!reading.source().equals(reading.device())) {
      observation.addExtension(GATEWAY, device(reading.source()));
    }
    observation.setEffective(
        new DateTimeType(TIME.format(Instant.ofEpochMilli(reading.reading().timeMillis()))));
    switch (reading.reading()) {
      case Reading.Quantity quantity -> quantity(observation, quantity);
      case Reading.BloodPressure panel -> panel(observation, panel);
      case Reading.Waveform waveform -> waveform(observation, waveform);
    }
    return observation;
  }

  private static ObservationStatus status(MergedReading reading) {
    if (reading.withdrawn()) {
      return ObservationStatus.ENTEREDINERROR;
    }
    return reading.amends() ? ObservationStatus.AMENDED : ObservationStatus.FINAL;
  }

  private static void vitalSign(Observation observation) {
    observation.getMeta().addProfile(PROFILES + "vitalsigns");
    category(observation, "vital-signs", "Vital Signs");
  }

  private static void category(Observation observation, String code, String display) {
    observation
        .addCategory()
        .addCoding()
        .setSystem("http://terminology.hl7.org/CodeSystem/observation-category")
        .setCode(code)
        .setDisplay(display);
  }

  private static void quantity(Observation observation, Reading.Quantity reading) {
    VitalSign sign = reading.sign();
    switch (sign) {
      case STEPS -> category(observation, "activity", "Activity");
      // Of the device, not of the body: R4 has no category for that.
      case BATTERY, SIGNAL_QUALITY -> {}
      case HEART_RATE,
          PULSE_RATE,
          RESPIRATORY_RATE,
          OXYGEN_SATURATION,
          SYSTOLIC_PRESSURE,
          DIASTOLIC_PRESSURE,
          MEAN_PRESSURE,
          BODY_TEMPERATURE,
          BODY_WEIGHT,
          GLUCOSE_MASS,
          GLUCOSE_MOLES,
          INSPIRED_OXYGEN ->
          vitalSign(observation);
    }
    profile(sign).ifPresent(observation.getMeta()::addProfile);
    observation.setCode(code(sign));
    observation.setValue(value(sign, reading.value()));
  }

  /** As FHIR's own example of an ECG: no vital sign, but the record of a procedure. */
  private static void waveform(Observation observation, Reading.Waveform reading) {
    category(observation, "procedure", "Procedure");
    WaveSign sign = reading.sign();
    observation
        .getCode()
        .setText(sign.display())
        .addCoding()
        .setSystem(VitalSign.MDC)
        .setCode(sign.code());
    sign.alsoCodedAs()
        .forEach(
            also -> observation.getCode().addCoding().setSystem(VitalSign.LOINC).setCode(also));
    Samples samples = reading.samples();
    Samples.Grid grid = samples.grid();
    String unit = sign.scale().canonical();
    observation.setValue(
        new SampledData()
            .setOrigin(
                new Quantity().setValue(grid.origin()).setUnit(unit).setSystem(UCUM).setCode(unit))
            .setPeriod(grid.periodMillis())
            .setFactor(grid.factor())
            .setLowerLimit(grid.lower())
            .setUpperLimit(grid.upper())
            .setDimensions(1)
            .setData(samples.text()));
  }

  private static void panel(Observation observation, Reading.BloodPressure panel) {
    vitalSign(observation);
    observation.getMeta().addProfile(PROFILES + "bp");
    observation
        .getCode()
        .addCoding()
        .setSystem(VitalSign.LOINC)
        .setCode(VitalSign.BLOOD_PRESSURE_PANEL);
    observation.getCode().setText("Blood pressure");
    component(observation, VitalSign.SYSTOLIC_PRESSURE, panel.systolic());
    component(observation, VitalSign.DIASTOLIC_PRESSURE, panel.diastolic());
    if (panel.mean() != null) {
      component(observation, VitalSign.MEAN_PRESSURE, panel.mean());
    }
  }

  // The profile wants both: what was not measured says so.
  private static void component(
      Observation observation, VitalSign sign, @Nullable BigDecimal value) {
    ObservationComponentComponent component = observation.addComponent();
    component.setCode(code(sign));
    if (value == null) {
      component
          .getDataAbsentReason()
          .addCoding()
          .setSystem("http://terminology.hl7.org/CodeSystem/data-absent-reason")
          .setCode("unknown")
          .setDisplay("Unknown");
    } else {
      component.setValue(value(sign, value));
    }
  }

  private static CodeableConcept code(VitalSign sign) {
    CodeableConcept code = new CodeableConcept();
    code.addCoding().setSystem(sign.codeSystem()).setCode(sign.code());
    sign.alsoCodedAs().forEach(also -> code.addCoding().setSystem(VitalSign.LOINC).setCode(also));
    return code.setText(sign.codes().display());
  }

  private static Quantity value(VitalSign sign, BigDecimal value) {
    String unit = sign.units().canonical();
    return new Quantity().setValue(value).setUnit(unit).setSystem(UCUM).setCode(unit);
  }

  private static Reference device(UUID id) {
    return logical("Device", id).setReference("Device/" + id);
  }

  /** Refers to what has no resource here by its id alone. */
  private static Reference logical(String type, UUID id) {
    Reference reference = new Reference().setType(type);
    reference.getIdentifier().setSystem(URI).setValue("urn:uuid:" + id);
    return reference;
  }

  private static Optional<String> profile(VitalSign sign) {
    return switch (sign) {
      case HEART_RATE -> Optional.of(PROFILES + "heartrate");
      case RESPIRATORY_RATE -> Optional.of(PROFILES + "resprate");
      case OXYGEN_SATURATION -> Optional.of(PROFILES + "oxygensat");
      case BODY_TEMPERATURE -> Optional.of(PROFILES + "bodytemp");
      case BODY_WEIGHT -> Optional.of(PROFILES + "bodyweight");
      case PULSE_RATE,
          SYSTOLIC_PRESSURE,
          DIASTOLIC_PRESSURE,
          MEAN_PRESSURE,
          GLUCOSE_MASS,
          GLUCOSE_MOLES,
          INSPIRED_OXYGEN,
          STEPS,
          BATTERY,
          SIGNAL_QUALITY ->
          Optional.empty();
    };
  }
}
