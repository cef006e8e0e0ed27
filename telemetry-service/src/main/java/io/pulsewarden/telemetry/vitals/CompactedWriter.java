package io.pulsewarden.telemetry.vitals;

import io.pulsewarden.telemetry.vitals.CompactedBlock.Member;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/** Writes the body of docs/formats/compacted-block.md. */
final class CompactedWriter {

  private CompactedWriter() {}

  static byte[] write(CompactedBlock block) {
    ByteSink out = new ByteSink();
    out.octet(block.schemaVersion());
    block
        .worn()
        .ifPresent(
            worn -> {
              out.id(worn.assignment());
              out.integer(worn.version());
            });
    List<Member> members = block.members();
    out.varint(members.size());
    differences(out, members, Member::offset);
    differences(out, members, Member::receivedAtMillis);
    differences(out, members, Member::committedMicros);
    differences(out, members, Member::deviceVersion);
    members.forEach(member -> out.octet(member.skewed() ? BlockWriter.SKEWED : 0));
    members.forEach(member -> out.varint(member.readings().size()));
    readings(out, members.stream().flatMap(member -> member.readings().stream()).toList());
    return out.toByteArray();
  }

  private static void readings(ByteSink out, List<Reading> readings) {
    readings.forEach(reading -> out.octet(ReadingKind.of(reading)));
    differences(out, readings, Reading::timeMillis);
    SortedMap<Integer, List<List<BigDecimal>>> columns = new TreeMap<>();
    for (Reading reading : readings) {
      int kind = ReadingKind.of(reading);
      List<List<BigDecimal>> ofKind = columns.computeIfAbsent(kind, CompactedWriter::empty);
      List<BigDecimal> values = ReadingKind.values(reading);
      for (int i = 0; i < values.size(); i++) {
        ofKind.get(i).add(values.get(i));
      }
    }
    columns.values().forEach(ofKind -> ofKind.forEach(column -> ValueColumn.write(out, column)));
  }

  static List<List<BigDecimal>> empty(int kind) {
    List<List<BigDecimal>> columns = new ArrayList<>();
    for (int i = 0; i < ReadingKind.width(kind); i++) {
      columns.add(new ArrayList<>());
    }
    return columns;
  }

  private static <T> void differences(ByteSink out, List<T> rows, ToLongFunction<T> value) {
    long previous = 0;
    for (T row : rows) {
      long next = value.applyAsLong(row);
      out.zigzag(next - previous);
      previous = next;
    }
  }
}
