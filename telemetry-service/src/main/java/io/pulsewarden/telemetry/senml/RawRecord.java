package io.pulsewarden.telemetry.senml;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The fields of one record as they stand in the pack, types checked. */
final class RawRecord {

  /** Most records have none. */
  private Map<String, Scalar> others = Map.of();

  private @Nullable String baseName;
  private @Nullable String baseUnit;
  private @Nullable String name;
  private @Nullable String unit;
  private @Nullable BigDecimal baseTime;
  private @Nullable BigDecimal baseValue;
  private @Nullable BigDecimal time;
  private @Nullable BigDecimal value;
  private boolean otherValue;
  private boolean sum;
  private boolean baseSum;
  private @Nullable BigDecimal version;
  private @Nullable String mustUnderstand;

  /**
   * Adds a field.
   *
   * @throws NotSenmlException if the label was there before, or its value is of another type than
   *     RFC 8428 gives it
   */
  void put(String label, Scalar field) throws NotSenmlException {
    switch (label) {
      case "bn" -> baseName = once(baseName, text(field));
      case "bu" -> baseUnit = once(baseUnit, text(field));
      case "n" -> name = once(name, text(field));
      case "u" -> unit = once(unit, text(field));
      case "bt" -> baseTime = once(baseTime, number(field));
      case "bv" -> baseValue = once(baseValue, number(field));
      case "t" -> time = once(time, number(field));
      case "v" -> value(field);
      default -> other(label, field);
    }
  }

  private void value(Scalar field) throws NotSenmlException {
    if (field.number() == null) {
      otherValue = true;
      if (value != null) {
        throw twice();
      }
      keep("v", field);
    } else {
      value = once(value, field.number());
      if (others.containsKey("v")) {
        throw twice();
      }
    }
  }

  private void other(String label, Scalar field) throws NotSenmlException {
    keep(label, field);
    switch (label) {
      case "vs", "vb", "vd" -> otherValue = true;
      case "bver" -> version = number(field);
      case "s" -> {
        BigDecimal _ = number(field);
        sum = true;
      }
      case "bs" -> {
        BigDecimal _ = number(field);
        baseSum = true;
      }
      case "ut" -> {
        BigDecimal _ = number(field);
      }
      default -> {
        if (mustUnderstand == null && label.endsWith("_")) {
          mustUnderstand = label;
        }
      }
    }
  }

  private void keep(String label, Scalar field) throws NotSenmlException {
    if (others.isEmpty()) {
      others = new LinkedHashMap<>(4);
    }
    if (others.put(label, field) != null) {
      throw twice();
    }
  }

  private static String text(Scalar field) throws NotSenmlException {
    if (!field.isText()) {
      throw new NotSenmlException("a name or unit is not a string");
    }
    return field.text();
  }

  private static BigDecimal number(Scalar field) throws NotSenmlException {
    if (field.number() == null) {
      throw new NotSenmlException("a time, sum, base value or version is not a number");
    }
    return field.number();
  }

  private static <T> T once(@Nullable T before, T now) throws NotSenmlException {
    if (before != null) {
      throw twice();
    }
    return now;
  }

  private static NotSenmlException twice() {
    return new NotSenmlException("a label is given twice in one record");
  }

  @Nullable String baseName() {
    return baseName;
  }

  @Nullable String baseUnit() {
    return baseUnit;
  }

  @Nullable String name() {
    return name;
  }

  @Nullable String unit() {
    return unit;
  }

  @Nullable BigDecimal baseTime() {
    return baseTime;
  }

  @Nullable BigDecimal baseValue() {
    return baseValue;
  }

  @Nullable BigDecimal time() {
    return time;
  }

  /** Its own value, if that is a number. */
  @Nullable BigDecimal value() {
    return value;
  }

  @Nullable BigDecimal version() {
    return version;
  }

  /** Whether it gives a base field anew. */
  boolean givesBase() {
    return baseSum || baseName != null || baseTime != null || baseUnit != null || baseValue != null;
  }

  boolean sum() {
    return sum;
  }

  boolean baseSum() {
    return baseSum;
  }

  /** Whether a string, boolean or data stands where a number should. */
  boolean hasOtherValue() {
    return otherValue;
  }

  Optional<String> mustUnderstand() {
    return Optional.ofNullable(mustUnderstand);
  }

  /** What {@link BaseFields} does not work in, as JSON. */
  Map<String, String> otherFields() {
    if (others.isEmpty()) {
      return Map.of();
    }
    Map<String, String> json = new LinkedHashMap<>();
    others.forEach((label, field) -> json.put(label, field.json()));
    return json;
  }
}
