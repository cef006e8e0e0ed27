package io.pulsewarden.telemetry.senml;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The fields of one record as they stand in the pack, types checked. */
final class RawRecord {

  private static final Set<String> TEXTS = Set.of("bn", "bu", "n", "u");
  private static final Set<String> NUMBERS = Set.of("bt", "bv", "bs", "bver", "t", "s", "ut");
  private static final Set<String> OTHER_VALUES = Set.of("vs", "vb", "vd");
  private static final Set<String> RESOLVED = Set.of("bn", "bt", "bu", "bv", "n", "u", "v", "t");

  private final Map<String, Scalar> fields = new LinkedHashMap<>();

  /**
   * Adds a field.
   *
   * @throws NotSenmlException if the label was there before, or its value is of another type than
   *     RFC 8428 gives it
   */
  void put(String label, Scalar value) throws NotSenmlException {
    if (TEXTS.contains(label) && !value.isText()) {
      throw new NotSenmlException("a name or unit is not a string");
    }
    if (NUMBERS.contains(label) && value.number() == null) {
      throw new NotSenmlException("a time, sum, base value or version is not a number");
    }
    if (fields.put(label, value) != null) {
      throw new NotSenmlException("a label is given twice in one record");
    }
  }

  boolean has(String label) {
    return fields.containsKey(label);
  }

  String text(String label, String otherwise) {
    Scalar field = fields.get(label);
    return field == null ? otherwise : field.text();
  }

  @Nullable String optionalText(String label, @Nullable String otherwise) {
    Scalar field = fields.get(label);
    return field == null ? otherwise : field.text();
  }

  BigDecimal number(String label, BigDecimal otherwise) {
    BigDecimal number = optionalNumber(label, null);
    return number == null ? otherwise : number;
  }

  @Nullable BigDecimal optionalNumber(String label, @Nullable BigDecimal otherwise) {
    Scalar field = fields.get(label);
    return field == null || field.number() == null ? otherwise : field.number();
  }

  /** Whether a string, boolean or data stands where a number should. */
  boolean hasOtherValue() {
    Scalar value = fields.get("v");
    return (value != null && value.number() == null)
        || fields.keySet().stream().anyMatch(OTHER_VALUES::contains);
  }

  Optional<String> mustUnderstand() {
    return fields.keySet().stream().filter(label -> label.endsWith("_")).findFirst();
  }

  /** What {@link BaseFields} does not work in, as JSON. */
  Map<String, String> otherFields() {
    Map<String, String> others = new LinkedHashMap<>();
    fields.forEach(
        (label, value) -> {
          if (!RESOLVED.contains(label) || ("v".equals(label) && value.number() == null)) {
            others.put(label, value.json());
          }
        });
    return others;
  }
}
