package io.pulsewarden.telemetry.vitals;

import io.pulsewarden.telemetry.vitals.CompactedBlock.Member;
import java.math.BigDecimal;
import java.nio.BufferUnderflowException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads the body of docs/formats/compacted-block.md. */
final class CompactedReader {

  private CompactedReader() {}

  static CompactedBlock read(byte[] body) {
    try {
      ByteSource in = new ByteSource(body);
      CompactedBlock block = block(in);
      if (in.remaining() > 0) {
        throw new MalformedBlockException("trailing bytes");
      }
      return block;
    } catch (BufferUnderflowException cutShort) {
      throw new MalformedBlockException("the block is cut short");
    } catch (IllegalArgumentException impossible) {
      throw new MalformedBlockException("the block holds what no block may hold");
    }
  }

  private static CompactedBlock block(ByteSource in) {
    int schemaVersion = in.octet();
    Optional<Worn> worn =
        schemaVersion == VitalBlock.WORN_SCHEMA_VERSION
            ? Optional.of(new Worn(in.id(), in.integer()))
            : Optional.empty();
    int count = count(in);
    long[] offsets = differences(in, count);
    long[] received = differences(in, count);
    long[] committed = differences(in, count);
    long[] versions = differences(in, count);
    boolean[] skewed = new boolean[count];
    for (int i = 0; i < count; i++) {
      skewed[i] = (in.octet() & BlockWriter.SKEWED) != 0;
    }
    int[] sizes = new int[count];
    int all = 0;
    for (int i = 0; i < count; i++) {
      sizes[i] = count(in);
      all += sizes[i];
      if (all > in.remaining()) {
        throw new BufferUnderflowException();
      }
    }
    Iterator<Reading> readings = readings(in, all).iterator();
    List<Member> members = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      List<Reading> own = new ArrayList<>(sizes[i]);
      for (int left = sizes[i]; left > 0; left--) {
        own.add(readings.next());
      }
      members.add(new Member(offsets[i], received[i], committed[i], versions[i], skewed[i], own));
    }
    return new CompactedBlock(schemaVersion, worn, members);
  }

  private static List<Reading> readings(ByteSource in, int count) {
    // A kind is a byte: what is left bounds how many there can be.
    byte[] kinds = in.bytes(count);
    long[] times = differences(in, count);
    int[] sizes = new int[256];
    for (byte kind : kinds) {
      sizes[kind & 0xFF]++;
    }
    SortedMap<Integer, List<Iterator<BigDecimal>>> columns = new TreeMap<>();
    for (int kind = 0; kind < sizes.length; kind++) {
      if (sizes[kind] > 0) {
        List<Iterator<BigDecimal>> ofKind = new ArrayList<>();
        for (int i = 0; i < ReadingKind.width(kind); i++) {
          ofKind.add(ValueColumn.read(in, sizes[kind]).iterator());
        }
        columns.put(kind, ofKind);
      }
    }
    List<Reading> readings = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int kind = kinds[i] & 0xFF;
      List<BigDecimal> values = new ArrayList<>();
      for (Iterator<BigDecimal> column : columns.getOrDefault(kind, List.of())) {
        values.add(column.next());
      }
      readings.add(ReadingKind.reading(kind, times[i], values));
    }
    return readings;
  }

  private static int count(ByteSource in) {
    long count = in.varint();
    if (count < 1 || count > CompactedBlock.MAX_MEMBERS) {
      throw new MalformedBlockException("a number that no block has");
    }
    return (int) count;
  }

  private static long[] differences(ByteSource in, int count) {
    if (count > in.remaining()) {
      throw new BufferUnderflowException();
    }
    long[] values = new long[count];
    long previous = 0;
    for (int i = 0; i < count; i++) {
      previous += in.zigzag();
      values[i] = previous;
    }
    return values;
  }
}
