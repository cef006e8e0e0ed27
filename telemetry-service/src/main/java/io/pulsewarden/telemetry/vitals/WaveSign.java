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
 * The table of waveforms in docs/formats/vitals.md: what a device may send as a block of samples.
 * Codes are ISO/IEEE 11073-10101's, since LOINC has none for a single lead's potential.
 */
// As VitalSign: immutable, which the checker can't see.
@SuppressWarnings("ImmutableEnumChecker")
public enum WaveSign {
  ECG(64, 131328, "MDC_ECG_ELEC_POTL", "ECG", "ecg", millivolts()),
  ECG_I(65, 131329, "MDC_ECG_ELEC_POTL_I", "ECG lead I", "ecg-i", millivolts()),
  ECG_II(66, 131330, "MDC_ECG_ELEC_POTL_II", "ECG lead II", "ecg-ii", millivolts()),
  ECG_III(67, 131389, "MDC_ECG_ELEC_POTL_III", "ECG lead III", "ecg-iii", millivolts()),
  ECG_AVR(68, 131390, "MDC_ECG_ELEC_POTL_AVR", "ECG lead aVR", "ecg-avr", millivolts()),
  ECG_AVL(69, 131391, "MDC_ECG_ELEC_POTL_AVL", "ECG lead aVL", "ecg-avl", millivolts()),
  ECG_AVF(70, 131392, "MDC_ECG_ELEC_POTL_AVF", "ECG lead aVF", "ecg-avf", millivolts()),
  ECG_V1(71, 131331, "MDC_ECG_ELEC_POTL_V1", "ECG lead V1", "ecg-v1", millivolts()),
  ECG_V2(72, 131332, "MDC_ECG_ELEC_POTL_V2", "ECG lead V2", "ecg-v2", millivolts()),
  ECG_V3(73, 131333, "MDC_ECG_ELEC_POTL_V3", "ECG lead V3", "ecg-v3", millivolts()),
  ECG_V4(74, 131334, "MDC_ECG_ELEC_POTL_V4", "ECG lead V4", "ecg-v4", millivolts()),
  ECG_V5(75, 131335, "MDC_ECG_ELEC_POTL_V5", "ECG lead V5", "ecg-v5", millivolts()),
  ECG_V6(76, 131336, "MDC_ECG_ELEC_POTL_V6", "ECG lead V6", "ecg-v6", millivolts()),
  PPG(
      77,
      150452,
      "MDC_PULS_OXIM_PLETH",
      "Plethysmogram",
      "ppg",
      new Scale("1", List.of(AcceptedUnit.same("1"), AcceptedUnit.same("count")), "1000000000"));

  /**
   * How samples are measured.
   *
   * @param canonical UCUM code
   * @param accepted what devices may send
   * @param most the largest amount either way that is possible, in the canonical unit
   */
  public record Scale(String canonical, List<AcceptedUnit> accepted, BigDecimal most) {
    Scale(String canonical, List<AcceptedUnit> accepted, String most) {
      this(canonical, accepted, new BigDecimal(most));
    }
  }

  /** LOINC code of what an ECG's leads belong to. */
  public static final String ECG_STUDY = "11524-6";

  private static final Map<String, WaveSign> BY_NAME =
      Arrays.stream(values())
          .flatMap(sign -> Stream.of(Map.entry(sign.code(), sign), Map.entry(sign.alias, sign)))
          .collect(toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));

  private static final Map<Integer, WaveSign> BY_WIRE_ID =
      Arrays.stream(values()).collect(toUnmodifiableMap(WaveSign::wireId, Function.identity()));

  private final int wireId;
  private final int mdc;
  private final String mdcName;
  private final String display;
  private final String alias;
  private final Scale scale;

  WaveSign(int wireId, int mdc, String mdcName, String display, String alias, Scale scale) {
    this.wireId = wireId;
    this.mdc = mdc;
    this.mdcName = mdcName;
    this.display = display;
    this.alias = alias;
    this.scale = scale;
  }

  /** By code or alias, exactly as written in the table. */
  public static Optional<WaveSign> named(String name) {
    return Optional.ofNullable(BY_NAME.get(name));
  }

  static Optional<WaveSign> withWireId(int wireId) {
    return Optional.ofNullable(BY_WIRE_ID.get(wireId));
  }

  /** The number in vital blocks, 64 to 127; never changed, never given to another. */
  int wireId() {
    return wireId;
  }

  /** ISO/IEEE 11073-10101, partition and term in one number. */
  public String code() {
    return Integer.toString(mdc);
  }

  /** Its reference id. */
  public String mdcName() {
    return mdcName;
  }

  /** What people call it. */
  public String display() {
    return display;
  }

  /** The other name that a device may use. */
  public String alias() {
    return alias;
  }

  public Scale scale() {
    return scale;
  }

  /** LOINC codes that the Observation's code carries beside the first. */
  public List<String> alsoCodedAs() {
    return this == PPG ? List.of() : List.of(ECG_STUDY);
  }

  private static Scale millivolts() {
    return new Scale(
        "mV", List.of(AcceptedUnit.same("mV"), AcceptedUnit.times("uV", "0.001")), "500");
  }
}
