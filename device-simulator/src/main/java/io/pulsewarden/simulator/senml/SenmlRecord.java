package io.pulsewarden.simulator.senml;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.regex.Pattern;

/**
 * One numeric measurement (RFC 8428 section 4).
 *
 * @param name what was measured: a LOINC code
 * @param unit the unit's UCUM code
 * @param value exactly as measured: 62.8 is sent as 62.8
 * @param time when, to the millisecond
 */
public record SenmlRecord(String name, String unit, BigDecimal value, Instant time) {

  // RFC 8428 section 4.5.1; it leaves out all that JSON would have to escape.
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][-A-Za-z0-9:./_]*");
  private static final Pattern UNIT = Pattern.compile("[-A-Za-z0-9%/\\[\\].{}]+");

  public SenmlRecord {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("not a SenML name: " + name);
    }
    if (!UNIT.matcher(unit).matches()) {
      throw new IllegalArgumentException("not a unit: " + unit);
    }
    if (!time.equals(time.truncatedTo(ChronoUnit.MILLIS))) {
      throw new IllegalArgumentException("finer than a millisecond: " + time);
    }
  }
}
