package io.pulsewarden.telemetry.senml;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The base fields in force for a record (RFC 8428, section 4.1): each holds until it is given
 * again.
 *
 * @param sum as JSON
 */
record BaseFields(
    String name,
    BigDecimal time,
    @Nullable String unit,
    @Nullable BigDecimal value,
    @Nullable String sum) {

  /** Where a pack begins. */
  static final BaseFields NONE = new BaseFields("", BigDecimal.ZERO, null, null, null);

  static final String SUM = "bs";

  /** With what the record gives anew. */
  BaseFields after(RawRecord raw) {
    return raw.givesBase()
        ? new BaseFields(
            given(raw.baseName(), name),
            given(raw.baseTime(), time),
            raw.baseUnit() == null ? unit : raw.baseUnit(),
            raw.baseValue() == null ? value : raw.baseValue(),
            raw.baseSum() ? raw.otherFields().get(SUM) : sum)
        : this;
  }

  /**
   * Works the base into a record for which it is in force.
   *
   * @throws NotSenmlException if base and own number make one that is out of all bounds
   */
  SenmlRecord resolve(int index, RawRecord raw) throws NotSenmlException {
    return new SenmlRecord(
        index,
        name + given(raw.name(), ""),
        resolvedValue(raw),
        raw.unit() == null ? unit : raw.unit(),
        resolvedTime(raw.time()),
        sum != null || raw.sum(),
        raw.mustUnderstand(),
        otherFields(raw));
  }

  /** The base sum goes with each record that it is in force for: alone it is a sum, too. */
  private Map<String, String> otherFields(RawRecord raw) {
    Map<String, String> others = raw.otherFields();
    if (sum == null || raw.baseSum()) {
      return others;
    }
    Map<String, String> summed = new LinkedHashMap<>(others);
    summed.put(SUM, sum);
    return summed;
  }

  private static <T> T given(@Nullable T own, T otherwise) {
    return own == null ? otherwise : own;
  }

  private BigDecimal resolvedTime(@Nullable BigDecimal after) throws NotSenmlException {
    if (after == null) {
      return time;
    }
    return time.signum() == 0 ? after : PackReader.sum(time, after);
  }

  /** A base value alone is a value too; a string or boolean beside it is none. */
  private @Nullable BigDecimal resolvedValue(RawRecord raw) throws NotSenmlException {
    if (raw.hasOtherValue()) {
      return null;
    }
    BigDecimal own = raw.value();
    if (own == null) {
      return value;
    }
    return value == null ? own : PackReader.sum(value, own);
  }

  @Override
  public String toString() {
    return "BaseFields[redacted]";
  }
}
