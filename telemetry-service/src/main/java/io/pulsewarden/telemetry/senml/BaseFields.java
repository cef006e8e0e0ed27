package io.pulsewarden.telemetry.senml;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** The base fields in force (RFC 8428, section 4.1): each holds until it is given again. */
final class BaseFields {

  private String name = "";
  private BigDecimal time = BigDecimal.ZERO;
  private @Nullable String unit;
  private @Nullable BigDecimal value;
  private boolean sum;

  /** Takes over what the record gives anew, and works the base into the record. */
  SenmlRecord resolve(int index, RawRecord raw) {
    name = given(raw.baseName(), name);
    time = given(raw.baseTime(), time);
    unit = raw.baseUnit() == null ? unit : raw.baseUnit();
    value = raw.baseValue() == null ? value : raw.baseValue();
    sum = sum || raw.baseSum();
    BigDecimal after = raw.time();
    return new SenmlRecord(
        index,
        name + given(raw.name(), ""),
        resolvedValue(raw),
        raw.unit() == null ? unit : raw.unit(),
        after == null ? time : time.add(after),
        sum || raw.sum(),
        raw.mustUnderstand(),
        raw.otherFields());
  }

  private static <T> T given(@Nullable T own, T otherwise) {
    return own == null ? otherwise : own;
  }

  /** A base value alone is a value too; a string or boolean beside it is none. */
  private @Nullable BigDecimal resolvedValue(RawRecord raw) {
    if (raw.hasOtherValue()) {
      return null;
    }
    BigDecimal own = raw.value();
    if (own == null) {
      return value;
    }
    return value == null ? own : value.add(own);
  }
}
