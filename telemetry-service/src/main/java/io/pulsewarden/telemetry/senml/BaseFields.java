package io.pulsewarden.telemetry.senml;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The base fields in force (RFC 8428, section 4.1): each holds until it is given again. */
final class BaseFields {

  private static final String SUM = "bs";

  private String name = "";
  private BigDecimal time = BigDecimal.ZERO;
  private @Nullable String unit;
  private @Nullable BigDecimal value;
  private @Nullable String sum;

  /**
   * Takes over what the record gives anew, and works the base into the record.
   *
   * @throws NotSenmlException if base and own number make one that is out of all bounds
   */
  SenmlRecord resolve(int index, RawRecord raw) throws NotSenmlException {
    name = given(raw.baseName(), name);
    time = given(raw.baseTime(), time);
    unit = raw.baseUnit() == null ? unit : raw.baseUnit();
    value = raw.baseValue() == null ? value : raw.baseValue();
    Map<String, String> others = otherFields(raw);
    return new SenmlRecord(
        index,
        name + given(raw.name(), ""),
        resolvedValue(raw),
        raw.unit() == null ? unit : raw.unit(),
        resolvedTime(raw.time()),
        sum != null || raw.sum(),
        raw.mustUnderstand(),
        others);
  }

  /** The base sum goes with each record that it is in force for: alone it is a sum, too. */
  private Map<String, String> otherFields(RawRecord raw) {
    Map<String, String> others = raw.otherFields();
    if (raw.baseSum()) {
      sum = others.get(SUM);
    } else if (sum != null) {
      others = new LinkedHashMap<>(others);
      others.put(SUM, sum);
    }
    return others;
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
}
