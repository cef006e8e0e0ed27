package io.pulsewarden.telemetry.vitals;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the {@code vs} of a waveform's record: {@code period=4,factor=0.005;12 13 E}. The grammar
 * is in docs/formats/vitals.md. Thread-safe.
 */
public final class SamplesText {

  private static final Set<String> KEYS = Set.of("period", "factor", "origin", "lower", "upper");
  private static final BigDecimal SHORTEST = new BigDecimal("0.1");
  private static final BigDecimal LONGEST = BigDecimal.valueOf(1_000);
  private static final BigDecimal LONGEST_BLOCK = BigDecimal.valueOf(60_000);
  private static final Pattern NUMBER = Pattern.compile("-?\\d+(\\.\\d+)?");
  private static final Pattern SAMPLE = Pattern.compile("0|-?[1-9]\\d{0,6}");
  private static final int MAX_NUMBER = 20;
  private static final int MAX_PERIOD_DECIMALS = 6;

  /** What the text is. */
  public sealed interface Result {

    /** Samples, in the canonical unit. */
    record Read(Samples samples) implements Result {}

    /** None that are taken. */
    record Refused(RejectionReason reason) implements Result {}
  }

  private SamplesText() {}

  /**
   * Reads them.
   *
   * @param unit of factor, origin and limits
   */
  public static Result read(WaveSign sign, @Nullable String unit, String text) {
    int end = text.indexOf(';');
    Map<String, BigDecimal> head = end < 0 ? Map.of() : head(text.substring(0, end));
    BigDecimal period = head.get("period");
    int[] values = values(text.substring(end + 1));
    if (period == null || values.length == 0 || !fit(head, values)) {
      return new Result.Refused(RejectionReason.BAD_SAMPLES);
    }
    if (period.compareTo(SHORTEST) < 0
        || period.compareTo(LONGEST) > 0
        || period.stripTrailingZeros().scale() > MAX_PERIOD_DECIMALS) {
      return new Result.Refused(RejectionReason.IMPOSSIBLE_PERIOD);
    }
    if (values.length > Samples.MOST
        || period.multiply(BigDecimal.valueOf(values.length)).compareTo(LONGEST_BLOCK) > 0) {
      return new Result.Refused(RejectionReason.TOO_MANY_SAMPLES);
    }
    return sign.scale().accepted().stream()
        .filter(accepted -> accepted.unit().equals(unit))
        .findFirst()
        .<Result>map(accepted -> measured(sign, new Samples(grid(period, head, accepted), values)))
        .orElseGet(() -> new Result.Refused(RejectionReason.WRONG_UNIT));
  }

  private static Result measured(WaveSign sign, Samples samples) {
    return samples.extreme().filter(most -> most.compareTo(sign.scale().most()) > 0).isPresent()
        ? new Result.Refused(RejectionReason.IMPOSSIBLE_VALUE)
        : new Result.Read(samples);
  }

  /** Empty if it is none. */
  private static Map<String, BigDecimal> head(String text) {
    Map<String, BigDecimal> head = new HashMap<>();
    for (String pair : text.split(",", -1)) {
      int equals = pair.indexOf('=');
      String key = equals < 0 ? "" : pair.substring(0, equals);
      String number = pair.substring(equals + 1);
      // No exponent: reckoning with 1E+999999999 would cost.
      if (!KEYS.contains(key)
          || number.length() > MAX_NUMBER
          || !NUMBER.matcher(number).matches()
          || head.put(key, new BigDecimal(number)) != null) {
        return Map.of();
      }
    }
    return head;
  }

  /** Empty if one of them is none. */
  private static int[] values(String text) {
    String[] texts = text.split(" ", -1);
    int[] values = new int[texts.length];
    for (int i = 0; i < values.length; i++) {
      switch (texts[i]) {
        case "E" -> values[i] = Samples.ERROR;
        case "L" -> values[i] = Samples.BELOW;
        case "U" -> values[i] = Samples.ABOVE;
        default -> {
          if (!SAMPLE.matcher(texts[i]).matches()) {
            return new int[0];
          }
          values[i] = Integer.parseInt(texts[i]);
        }
      }
    }
    return values;
  }

  private static boolean fit(Map<String, BigDecimal> head, int[] values) {
    return head.getOrDefault("factor", BigDecimal.ONE).signum() > 0
        && Arrays.stream(values)
            .allMatch(
                value ->
                    switch (value) {
                      case Samples.ERROR -> true;
                      case Samples.BELOW -> head.containsKey("lower");
                      case Samples.ABOVE -> head.containsKey("upper");
                      default -> Math.abs(value) <= Samples.LARGEST;
                    });
  }

  private static Samples.Grid grid(
      BigDecimal period, Map<String, BigDecimal> head, AcceptedUnit unit) {
    return new Samples.Grid(
        period,
        unit.toCanonical(head.getOrDefault("factor", BigDecimal.ONE)),
        unit.toCanonical(head.getOrDefault("origin", BigDecimal.ZERO)),
        limit(head, unit, "lower"),
        limit(head, unit, "upper"));
  }

  private static @Nullable BigDecimal limit(
      Map<String, BigDecimal> head, AcceptedUnit unit, String key) {
    BigDecimal given = head.get(key);
    return given == null ? null : unit.toCanonical(given);
  }
}
