package io.pulsewarden.telemetry.senml;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * One record with the base fields worked in (RFC 8428, section 4.6).
 *
 * @param index position in the pack, from 0
 * @param name base name and name
 * @param value base value and value; null if it has no number
 * @param unit its own or the base unit
 * @param time base time and time, in seconds, exactly as sent
 * @param sum whether it carries a sum or stands under a base sum
 * @param mustUnderstand an unknown label that ends in {@code _}, if there is one
 * @param otherFields what it has besides, as JSON by label, for quarantine; with the base sum, if
 *     it stands under one
 */
public record SenmlRecord(
    int index,
    String name,
    @Nullable BigDecimal value,
    @Nullable String unit,
    BigDecimal time,
    boolean sum,
    Optional<String> mustUnderstand,
    Map<String, String> otherFields) {

  private static final BigDecimal ABSOLUTE_TIMES = BigDecimal.valueOf(1L << 28);

  public SenmlRecord {
    // In their order: the record alone, read again, is to be this one.
    otherFields =
        otherFields.isEmpty()
            ? Map.of()
            : Collections.unmodifiableMap(new LinkedHashMap<>(otherFields));
  }

  /** The time in Unix milliseconds, rounded down; empty if it is relative (section 4.5.3). */
  public OptionalLong timeMillis() {
    return time.compareTo(ABSOLUTE_TIMES) < 0
        ? OptionalLong.empty()
        : OptionalLong.of(
            time.movePointRight(3)
                .setScale(0, RoundingMode.FLOOR)
                .min(BigDecimal.valueOf(Long.MAX_VALUE))
                .longValueExact());
  }

  /**
   * A relative time as one that is so many seconds away from now (section 4.5.3), in Unix
   * milliseconds, rounded down.
   */
  public long relativeMillis(long nowMillis) {
    return nowMillis
        + time.max(ABSOLUTE_TIMES.negate())
            .min(ABSOLUTE_TIMES)
            .movePointRight(3)
            .setScale(0, RoundingMode.FLOOR)
            .longValueExact();
  }

  /** Whether it has a string value ({@code vs}). */
  public boolean hasString() {
    return otherFields.getOrDefault("vs", "").startsWith("\"");
  }

  /** The string value ({@code vs}) as it came, if it needs no escape in JSON; samples never do. */
  public Optional<String> plainString() {
    String json = otherFields.getOrDefault("vs", "");
    return json.startsWith("\"") && json.indexOf('\\') < 0
        ? Optional.of(json.substring(1, json.length() - 1))
        : Optional.empty();
  }

  /**
   * The record alone as a pack of one, for quarantine: it can be replayed by itself. Read again, it
   * is this record, at position 0.
   */
  public String asPack() {
    StringJoiner fields = new StringJoiner(",", "[{", "}]");
    // Base name and name were one each within the limit; together they may be beyond it.
    if (name.length() > PackReader.MAX_TEXT) {
      fields.add("\"bn\":" + JsonText.quoted(name.substring(0, PackReader.MAX_TEXT)));
      fields.add("\"n\":" + JsonText.quoted(name.substring(PackReader.MAX_TEXT)));
    } else {
      fields.add("\"n\":" + JsonText.quoted(name));
    }
    if (unit != null) {
      fields.add("\"u\":" + JsonText.quoted(unit));
    }
    if (value != null) {
      fields.add("\"v\":" + JsonText.number(value));
    }
    fields.add("\"t\":" + JsonText.number(time));
    otherFields.forEach((label, json) -> fields.add(JsonText.quoted(label) + ":" + json));
    return fields.toString();
  }

  @Override
  public String toString() {
    return "SenmlRecord[" + index + "]";
  }
}
