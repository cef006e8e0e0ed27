package io.pulsewarden.registry.problem;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the fields of request bodies, and names the one that is wrong. */
public final class Fields {

  private static final Pattern REFERENCE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/-]{0,63}");

  private Fields() {}

  /** Present, not blank, at most {@code max} characters, none of them a control character. */
  public static String text(String field, @Nullable String value, int max) {
    String present = required(field, value);
    if (present.isBlank()
        || present.length() > max
        || present.chars().anyMatch(Character::isISOControl)) {
      throw invalid(field, "Has to be 1 to " + max + " printable characters.");
    }
    return present;
  }

  /** The number of a record kept elsewhere; its form leaves no room for a sentence. */
  public static String reference(String field, @Nullable String value) {
    String present = required(field, value);
    if (!REFERENCE.matcher(present).matches()) {
      throw invalid(field, "Has to be 1 to 64 letters, digits, '.', '_', '/' or '-'.");
    }
    return present;
  }

  /** A whole number within bounds. */
  public static int number(String field, int value, int min, int max) {
    if (value < min || value > max) {
      throw invalid(field, "Has to be " + min + " to " + max + ".");
    }
    return value;
  }

  /** A UUID in its canonical text form, and in no other that Java's parser would take. */
  public static UUID uuid(String field, @Nullable String value) {
    String present = required(field, value);
    return parse(
        field,
        "Has to be a UUID in lower-case canonical form.",
        present,
        text -> {
          UUID id = UUID.fromString(text);
          if (!id.toString().equals(text)) {
            throw new IllegalArgumentException("not canonical");
          }
          return id;
        });
  }

  /** A moment with its offset (RFC 3339), cut to milliseconds. */
  public static Instant instant(String field, @Nullable String value) {
    String present = required(field, value);
    Instant moment =
        parse(
            field,
            "Has to be a moment with its offset, such as 2026-01-31T08:00:00Z.",
            present,
            text -> OffsetDateTime.parse(text).toInstant());
    if (moment.isBefore(Instant.EPOCH)
        || moment.isAfter(Instant.EPOCH.plus(Duration.ofDays(1L << 17)))) {
      throw invalid(field, "Has to be after 1970 and before 2328.");
    }
    return moment.truncatedTo(ChronoUnit.MILLIS);
  }

  /** An ISO 8601 duration within bounds. */
  public static Duration duration(String field, String value, Duration min, Duration max) {
    String hint = "Has to be a duration from " + min + " to " + max + ".";
    Duration duration = parse(field, hint, value, Duration::parse);
    if (duration.compareTo(min) < 0 || duration.compareTo(max) > 0) {
      throw invalid(field, hint);
    }
    return duration;
  }

  /** One of an enumeration's wire names. */
  public static <T> T oneOf(
      String field, @Nullable String value, Function<String, @Nullable T> names, String allowed) {
    T found = names.apply(required(field, value));
    if (found == null) {
      throw invalid(field, "Has to be one of " + allowed + ".");
    }
    return found;
  }

  /** A body that is not there at all. */
  public static <T> T body(@Nullable T body) {
    if (body == null) {
      throw new ProblemException(ProblemType.INVALID_BODY.because("A JSON body is needed."));
    }
    return body;
  }

  public static ProblemException invalid(String field, String hint) {
    return new ProblemException(ProblemType.INVALID_FIELD.at(field, hint));
  }

  private static String required(String field, @Nullable String value) {
    if (value == null) {
      throw invalid(field, "Is missing.");
    }
    return value;
  }

  private static <T> T parse(String field, String hint, String text, Function<String, T> parser) {
    try {
      return parser.apply(text);
    } catch (DateTimeException | IllegalArgumentException | ArithmeticException wrong) {
      throw invalid(field, hint);
    }
  }
}
