package io.pulsewarden.telemetry.vitals;

import static java.util.stream.Collectors.toUnmodifiableMap;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The table of docs/formats/vitals.md: one constant for each thing that a device may send as a
 * record. The members of a blood-pressure panel are rows of their own; as {@link Reading}s they
 * appear only inside {@link Reading.BloodPressure}.
 */
// The rows are records of strings, decimals and List.of: immutable, which the checker can't see.
@SuppressWarnings("ImmutableEnumChecker")
public enum VitalSign {
  HEART_RATE(
      1,
      new Codes("8867-4", "Heart rate", "heart-rate", 147842, "MDC_ECG_HEART_RATE"),
      perMinute("beat/min", "{beats}/min"),
      new PossibleRange("5", "400", 1)),
  PULSE_RATE(
      2,
      new Codes("8889-8", "Pulse rate", "pulse-rate", 149530, "MDC_PULS_OXIM_PULS_RATE"),
      perMinute("beat/min", "{beats}/min"),
      new PossibleRange("5", "400", 1)),
  RESPIRATORY_RATE(
      3,
      new Codes("9279-1", "Respiratory rate", "respiratory-rate", 151562, "MDC_RESP_RATE"),
      perMinute("{breaths}/min"),
      new PossibleRange("1", "200", 1)),
  OXYGEN_SATURATION(
      4,
      new Codes("59408-5", "Oxygen saturation", "spo2", 150456, "MDC_PULS_OXIM_SAT_O2"),
      percent(),
      new PossibleRange("1", "100", 1)),
  SYSTOLIC_PRESSURE(
      5,
      new Codes("8480-6", "Systolic blood pressure", "systolic", 150017, "MDC_PRESS_BLD_SYS"),
      pressure(),
      new PossibleRange("10", "350", 1)),
  DIASTOLIC_PRESSURE(
      6,
      new Codes("8462-4", "Diastolic blood pressure", "diastolic", 150018, "MDC_PRESS_BLD_DIA"),
      pressure(),
      new PossibleRange("5", "300", 1)),
  MEAN_PRESSURE(
      7,
      new Codes("8478-0", "Mean blood pressure", "mean-pressure", 150019, "MDC_PRESS_BLD_MEAN"),
      pressure(),
      new PossibleRange("5", "330", 1)),
  BODY_TEMPERATURE(
      8,
      new Codes("8310-5", "Body temperature", "body-temperature", 150364, "MDC_TEMP_BODY"),
      new Units(
          "Cel",
          AcceptedUnit.same("Cel"),
          AcceptedUnit.plus("K", "-273.15"),
          AcceptedUnit.fraction("[degF]", "-32", "5", "9")),
      new PossibleRange("10", "47", 2)),
  BODY_WEIGHT(
      9,
      new Codes("29463-7", "Body weight", "body-weight", 188736, "MDC_MASS_BODY_ACTUAL"),
      new Units(
          "kg",
          AcceptedUnit.same("kg"),
          AcceptedUnit.times("g", "0.001"),
          AcceptedUnit.times("[lb_av]", "0.45359237")),
      new PossibleRange("0.2", "700", 3)),
  GLUCOSE_MASS(
      10,
      new Codes("2339-0", "Glucose", "glucose-mass", 160020, "MDC_CONC_GLU_GEN"),
      new Units("mg/dL", AcceptedUnit.same("mg/dL")),
      new PossibleRange("1", "2000", 0)),
  GLUCOSE_MOLES(
      11,
      new Codes("15074-8", "Glucose", "glucose-moles", 160020, "MDC_CONC_GLU_GEN"),
      new Units("mmol/L", AcceptedUnit.same("mmol/L")),
      new PossibleRange("0.05", "111", 1)),
  INSPIRED_OXYGEN(
      12,
      new Codes(
          "3150-6",
          "Inspired oxygen concentration",
          "inspired-oxygen",
          152196,
          "MDC_CONC_AWAY_O2_INSP"),
      percent(),
      new PossibleRange("10", "100", 0)),
  STEPS(
      13,
      new Codes("55423-8", "Steps", "steps", 0, ""),
      new Units(
          "{steps}",
          AcceptedUnit.same("{steps}"),
          AcceptedUnit.same("count"),
          AcceptedUnit.same("1")),
      new PossibleRange("0", "200000", 0)),
  BATTERY(
      14,
      new Codes("67996", "Battery charge", "battery", 67996, "MDC_ATTR_VAL_BATT_CHARGE"),
      new Units("%", AcceptedUnit.same("%"), AcceptedUnit.same("%EL")),
      new PossibleRange("0", "100", 0)),
  SIGNAL_QUALITY(
      15,
      new Codes("150320", "Signal quality", "signal-quality", 150320, "MDC_SAT_O2_QUAL"),
      percent(),
      new PossibleRange("0", "100", 0));

  /**
   * How the sign is named.
   *
   * @param code of the record, and of the Observation or its component: LOINC's, or that of
   *     ISO/IEEE 11073-10101 where LOINC has none
   * @param display what people call it
   * @param alias the other name that a device may use
   * @param mdc ISO/IEEE 11073-10101 code, partition and term in one number; 0 where there is none
   * @param mdcName its reference id
   */
  public record Codes(String code, String display, String alias, int mdc, String mdcName) {}

  /**
   * How much of what.
   *
   * @param canonical UCUM code in which every value is kept
   * @param accepted what devices may send
   */
  public record Units(String canonical, List<AcceptedUnit> accepted) {
    Units(String canonical, AcceptedUnit... accepted) {
      this(canonical, List.of(accepted));
    }
  }

  /**
   * What a living body can have, in the canonical unit, both ends included. It is no alarm limit.
   *
   * @param decimals that such a measurement means something with; values are never rounded to it
   */
  public record PossibleRange(BigDecimal lowest, BigDecimal highest, int decimals) {
    PossibleRange(String lowest, String highest, int decimals) {
      this(new BigDecimal(lowest), new BigDecimal(highest), decimals);
    }

    boolean holds(BigDecimal value) {
      return value.compareTo(lowest) >= 0 && value.compareTo(highest) <= 0;
    }
  }

  /** FHIR's name of LOINC. */
  public static final String LOINC = "http://loinc.org";

  /** FHIR's name of ISO/IEEE 11073-10101. */
  public static final String MDC = "urn:iso:std:iso:11073:10101";

  /** LOINC code of the panel that the three pressures are members of. */
  public static final String BLOOD_PRESSURE_PANEL = "85354-9";

  private static final Map<String, VitalSign> BY_NAME =
      Arrays.stream(values())
          .flatMap(
              sign ->
                  Stream.of(
                      Map.entry(sign.codes.code(), sign), Map.entry(sign.codes.alias(), sign)))
          .collect(toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));

  private static final Map<Integer, VitalSign> BY_WIRE_ID =
      Arrays.stream(values()).collect(toUnmodifiableMap(VitalSign::wireId, Function.identity()));

  private final int wireId;
  private final Codes codes;
  private final Units units;
  private final PossibleRange range;

  VitalSign(int wireId, Codes codes, Units units, PossibleRange range) {
    this.wireId = wireId;
    this.codes = codes;
    this.units = units;
    this.range = range;
  }

  /** By code or alias, exactly as written in the table. */
  public static Optional<VitalSign> named(String name) {
    return Optional.ofNullable(BY_NAME.get(name));
  }

  static Optional<VitalSign> withWireId(int wireId) {
    return Optional.ofNullable(BY_WIRE_ID.get(wireId));
  }

  /** The number in vital blocks; never changed, never given to another. */
  int wireId() {
    return wireId;
  }

  /** The code that stands for it everywhere; {@link #codeSystem()} tells whose. */
  public String code() {
    return codes.code();
  }

  /** The code's system, as FHIR names it. */
  public String codeSystem() {
    return codes.code().equals(Integer.toString(codes.mdc())) ? MDC : LOINC;
  }

  public Codes codes() {
    return codes;
  }

  public Units units() {
    return units;
  }

  public PossibleRange range() {
    return range;
  }

  /** The value in the canonical unit; empty if the unit is not one of the table's. */
  public Optional<BigDecimal> inCanonicalUnit(BigDecimal value, String unit) {
    for (AcceptedUnit accepted : units.accepted()) {
      if (accepted.unit().equals(unit)) {
        return Optional.of(accepted.toCanonical(value));
      }
    }
    return Optional.empty();
  }

  /** Whether a living body can have this value (in the canonical unit). */
  public boolean isPossible(BigDecimal value) {
    return range.holds(value);
  }

  /** Whether this is systolic, diastolic or mean pressure. */
  public boolean isPanelMember() {
    return switch (this) {
      case SYSTOLIC_PRESSURE, DIASTOLIC_PRESSURE, MEAN_PRESSURE -> true;
      case HEART_RATE,
          PULSE_RATE,
          RESPIRATORY_RATE,
          OXYGEN_SATURATION,
          BODY_TEMPERATURE,
          BODY_WEIGHT,
          GLUCOSE_MASS,
          GLUCOSE_MOLES,
          INSPIRED_OXYGEN,
          STEPS,
          BATTERY,
          SIGNAL_QUALITY ->
          false;
    };
  }

  /** LOINC codes of the same meaning that the Observation's code carries beside the first. */
  public List<String> alsoCodedAs() {
    return this == OXYGEN_SATURATION ? List.of("2708-6") : List.of();
  }

  private static Units perMinute(String... more) {
    return new Units(
        "/min",
        Stream.concat(Stream.of("/min", "1/min"), Arrays.stream(more))
            .map(AcceptedUnit::same)
            .toList());
  }

  private static Units percent() {
    return new Units(
        "%", AcceptedUnit.same("%"), AcceptedUnit.same("/100"), AcceptedUnit.times("/", "100"));
  }

  private static Units pressure() {
    return new Units("mm[Hg]", AcceptedUnit.same("mm[Hg]"));
  }
}
