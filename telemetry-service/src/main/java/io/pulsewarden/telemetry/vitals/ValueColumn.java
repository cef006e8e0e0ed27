package io.pulsewarden.telemetry.vitals;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * Decimals of one sign, one after another. Usually as differences at one scale; a column with a
 * number too large for that is written as vital blocks write theirs.
 */
final class ValueColumn {

  private static final int DIFFERENCES = 0;
  private static final int DECIMALS = 1;

  /** So that a difference of two still is a long. */
  private static final int MAX_BITS = 61;

  private ValueColumn() {}

  static void write(ByteSink out, List<BigDecimal> values) {
    int scale = values.stream().mapToInt(BigDecimal::scale).max().orElse(0);
    List<BigInteger> unscaled =
        values.stream().map(value -> value.setScale(scale).unscaledValue()).toList();
    if (unscaled.stream().anyMatch(value -> value.bitLength() > MAX_BITS)) {
      out.octet(DECIMALS);
      values.forEach(value -> decimal(out, value));
      return;
    }
    out.octet(DIFFERENCES);
    out.octet(scale);
    long previous = 0;
    for (BigInteger value : unscaled) {
      long next = value.longValue();
      out.zigzag(next - previous);
      previous = next;
    }
  }

  private static void decimal(ByteSink out, BigDecimal value) {
    byte[] unscaled = value.unscaledValue().toByteArray();
    out.octet(value.scale());
    out.octet(unscaled.length);
    out.bytes(unscaled);
  }

  static List<BigDecimal> read(ByteSource in, int count) {
    List<BigDecimal> values = new ArrayList<>(Math.min(count, in.remaining()));
    switch (in.octet()) {
      case DIFFERENCES -> {
        int scale = scale(in);
        long previous = 0;
        BigDecimal value = ExactDecimal.normal(BigDecimal.valueOf(0, scale));
        for (int i = 0; i < count; i++) {
          long difference = in.zigzag();
          if (difference != 0) {
            previous += difference;
            value = ExactDecimal.normal(BigDecimal.valueOf(previous, scale));
          }
          // Of a patient at rest most are what the one before was.
          values.add(value);
        }
      }
      case DECIMALS -> {
        for (int i = 0; i < count; i++) {
          int scale = scale(in);
          byte[] unscaled = in.bytes(in.octet());
          if (unscaled.length == 0) {
            throw new MalformedBlockException("not a decimal");
          }
          values.add(new BigDecimal(new BigInteger(unscaled), scale));
        }
      }
      default -> throw new MalformedBlockException("unknown kind of column");
    }
    return values;
  }

  /** Past what {@link #read} would read. */
  static void skip(ByteSource in, int count) {
    switch (in.octet()) {
      case DIFFERENCES -> {
        int _ = scale(in);
        for (int i = 0; i < count; i++) {
          long _ = in.varint();
        }
      }
      case DECIMALS -> {
        for (int i = 0; i < count; i++) {
          int _ = scale(in);
          byte[] _ = in.bytes(in.octet());
        }
      }
      default -> throw new MalformedBlockException("unknown kind of column");
    }
  }

  private static int scale(ByteSource in) {
    int scale = in.octet();
    if (scale > ExactDecimal.MAX_SCALE) {
      throw new MalformedBlockException("not a decimal");
    }
    return scale;
  }
}
