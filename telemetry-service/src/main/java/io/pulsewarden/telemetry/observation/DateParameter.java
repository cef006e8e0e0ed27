package io.pulsewarden.telemetry.observation;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A date parameter (FHIR R4, 3.1.1.4.7): prefix, and a date or time of some precision, which stands
 * for the whole year, day or second that it names. Without a zone it is UTC.
 */
final class DateParameter {

  private static final Pattern FORM =
      Pattern.compile(
          "(?<prefix>eq|ge|gt|le|lt)?(?<year>\\d{4})(?:-(?<month>\\d\\d)(?:-(?<day>\\d\\d)"
              + "(?:T(?<hour>\\d\\d):(?<minute>\\d\\d)(?::(?<second>\\d\\d)(?:\\.(?<milli>\\d{1,3}))?)?(?<zone>Z|[+"
              + " -]\\d\\d:\\d\\d)?)?)?)?");

  private DateParameter() {}

  /** Empty if it is no date, or has a prefix that is not supported. */
  static Optional<TimeSpan> parse(String text) {
    Matcher parts = FORM.matcher(text);
    if (!parts.matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(span(parts));
    } catch (DateTimeException impossible) {
      return Optional.empty();
    }
  }

  private static TimeSpan span(Matcher parts) {
    LocalDateTime first =
        LocalDateTime.of(
            number(parts, "year", 0),
            number(parts, "month", 1),
            number(parts, "day", 1),
            number(parts, "hour", 0),
            number(parts, "minute", 0),
            number(parts, "second", 0),
            millis(parts) * 1_000_000);
    ZoneOffset zone = zone(parts.group("zone"));
    long from = first.toInstant(zone).toEpochMilli();
    long until = first.plus(1, precision(parts)).toInstant(zone).toEpochMilli() - 1;
    String prefix = parts.group("prefix");
    return switch (prefix == null ? "eq" : prefix) {
      case "ge" -> new TimeSpan(from, Long.MAX_VALUE);
      case "gt" -> new TimeSpan(until + 1, Long.MAX_VALUE);
      case "le" -> new TimeSpan(0, until);
      case "lt" -> new TimeSpan(0, from - 1);
      default -> new TimeSpan(from, until);
    };
  }

  private static ChronoUnit precision(Matcher parts) {
    if (parts.group("milli") != null) {
      return ChronoUnit.MILLIS;
    }
    if (parts.group("second") != null) {
      return ChronoUnit.SECONDS;
    }
    if (parts.group("minute") != null) {
      return ChronoUnit.MINUTES;
    }
    if (parts.group("day") != null) {
      return ChronoUnit.DAYS;
    }
    return parts.group("month") != null ? ChronoUnit.MONTHS : ChronoUnit.YEARS;
  }

  private static int number(Matcher parts, String group, int otherwise) {
    String digits = parts.group(group);
    return digits == null ? otherwise : Integer.parseInt(digits);
  }

  private static int millis(Matcher parts) {
    String digits = parts.group("milli");
    return digits == null ? 0 : Integer.parseInt((digits + "00").substring(0, 3));
  }

  // A plus sign that a client forgot to escape arrives as a blank.
  private static ZoneOffset zone(String text) {
    return text == null ? ZoneOffset.UTC : ZoneOffset.of(text.replace(' ', '+'));
  }
}
