package io.pulsewarden.simulator.senml;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One measurement (RFC 8428 section 4): a number, or a block of samples.
 *
 * @param name what was measured: a code or an alias
 * @param unit the unit's UCUM code
 * @param value exactly as measured: 62.8 is sent as 62.8
 * @param samples in its place, as docs/formats/vitals.md has them
 * @param time when, to the millisecond
 */
public record SenmlRecord(
    String name, String unit, @Nullable BigDecimal value, @Nullable String samples, Instant time) {

  // RFC 8428 section 4.5.1; it leaves out all that JSON would have to escape.
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][-A-Za-z0-9:./_]*");
  private static final Pattern UNIT = Pattern.compile("[-A-Za-z0-9%/\\[\\].{}]+");
  private static final Pattern SAMPLES = Pattern.compile("[-a-zA-Z0-9=.,; ]+");

  public SenmlRecord {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("not a SenML name: " + name);
    }
    if (!UNIT.matcher(unit).matches()) {
      throw new IllegalArgumentException("not a unit: " + unit);
    }
    if ((value == null) == (samples == null)) {
      throw new IllegalArgumentException("either a value or samples");
    }
    if (samples != null && !SAMPLES.matcher(samples).matches()) {
      throw new IllegalArgumentException("not samples");
    }
    if (!time.equals(time.truncatedTo(ChronoUnit.MILLIS))) {
      throw new IllegalArgumentException("finer than a millisecond: " + time);
    }
  }

  /** A number. */
  public SenmlRecord(String name, String unit, BigDecimal value, Instant time) {
    this(name, unit, value, null, time);
  }

  /** A block of samples; the time is that of the first. */
  public static SenmlRecord waveform(String name, String unit, String samples, Instant time) {
    return new SenmlRecord(name, unit, null, samples, time);
  }
}
