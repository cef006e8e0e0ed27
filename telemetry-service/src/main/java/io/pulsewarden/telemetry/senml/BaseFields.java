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
    name = raw.text("bn", name);
    unit = raw.optionalText("bu", unit);
    time = raw.number("bt", time);
    value = raw.optionalNumber("bv", value);
    sum = sum || raw.has("bs");
    return new SenmlRecord(
        index,
        name + raw.text("n", ""),
        resolvedValue(raw),
        raw.optionalText("u", unit),
        time.add(raw.number("t", BigDecimal.ZERO)),
        sum || raw.has("s"),
        raw.mustUnderstand(),
        raw.otherFields());
  }

  /** A base value alone is a value too; a string or boolean beside it is none. */
  private @Nullable BigDecimal resolvedValue(RawRecord raw) {
    if (raw.hasOtherValue()) {
      return null;
    }
    BigDecimal own = raw.optionalNumber("v", null);
    if (own == null) {
      return value;
    }
    return value == null ? own : value.add(own);
  }
}
