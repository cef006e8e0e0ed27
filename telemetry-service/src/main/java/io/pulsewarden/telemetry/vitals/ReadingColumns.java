package io.pulsewarden.telemetry.vitals;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The readings of a compacted block, kind by kind, and where one is among them. One thread at a
 * time.
 */
final class ReadingColumns {

  private static final int KINDS = 256;

  private final byte[] kinds;
  private final long[] times;
  private final String[] codes = new String[KINDS];

  /** Null where nothing of the kind is wanted. */
  private final @Nullable List<List<BigDecimal>>[] columns;

  private final int[] used = new int[KINDS];
  private int next;

  private ReadingColumns(byte[] kinds, long[] times, @Nullable List<List<BigDecimal>>[] columns) {
    this.kinds = kinds;
    this.times = times;
    this.columns = columns;
  }

  /**
   * Reads kinds, times, and those columns that are wanted.
   *
   * @param wanted by code
   */
  @SuppressWarnings({"unchecked", "rawtypes"}) // There are no arrays of lists of something.
  static ReadingColumns read(ByteSource in, int count, Predicate<String> wanted) {
    // A kind is a byte: what is left bounds how many there can be.
    byte[] kinds = in.bytes(count);
    long[] times = in.differences(count);
    int[] sizes = new int[KINDS];
    for (byte kind : kinds) {
      sizes[kind & 0xFF]++;
    }
    ReadingColumns readings = new ReadingColumns(kinds, times, new List[KINDS]);
    for (int kind = 0; kind < KINDS; kind++) {
      if (sizes[kind] > 0) {
        readings.codes[kind] = ReadingKind.code(kind);
        readings.columns[kind] = columns(in, kind, sizes[kind], wanted.test(readings.codes[kind]));
      }
    }
    return readings;
  }

  private static @Nullable List<List<BigDecimal>> columns(
      ByteSource in, int kind, int size, boolean wanted) {
    if (!wanted) {
      for (int i = 0; i < ReadingKind.width(kind); i++) {
        ValueColumn.skip(in, size);
      }
      return null;
    }
    List<List<BigDecimal>> ofKind = new ArrayList<>();
    for (int i = 0; i < ReadingKind.width(kind); i++) {
      ofKind.add(ValueColumn.read(in, size));
    }
    return ofKind;
  }

  /** When the next one was measured. */
  long nextTime() {
    return times[next];
  }

  /** What the next one is. */
  String nextCode() {
    return codes[kinds[next] & 0xFF];
  }

  void skip() {
    used[kinds[next] & 0xFF]++;
    next++;
  }

  /** The next one; its code must be wanted. */
  Reading next() {
    int kind = kinds[next] & 0xFF;
    List<List<BigDecimal>> ofKind = columns[kind];
    if (ofKind == null) {
      throw new IllegalStateException("a column that was passed over");
    }
    int index = used[kind];
    Reading reading =
        ReadingKind.reading(
            kind, times[next], ofKind.stream().map(column -> column.get(index)).toList());
    skip();
    return reading;
  }
}
