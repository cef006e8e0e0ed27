package io.pulsewarden.telemetry.vitals;

import io.pulsewarden.telemetry.vitals.CompactedBlock.Member;
import io.pulsewarden.telemetry.vitals.CompactedBlock.Part;
import io.pulsewarden.telemetry.vitals.CompactedBlock.Parts;
import java.nio.BufferUnderflowException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Reads the body of docs/formats/compacted-block.md. */
final class CompactedReader {

  private CompactedReader() {}

  static CompactedBlock read(byte[] body) {
    return read(body, CompactedReader::block);
  }

  static Parts select(byte[] body, Wanted wanted) {
    return read(body, in -> parts(in, wanted));
  }

  private static <T> T read(byte[] body, Function<ByteSource, T> how) {
    try {
      ByteSource in = new ByteSource(body);
      T block = how.apply(in);
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

  /** All but the readings: of each member a number in each array. */
  @SuppressWarnings("ArrayRecordComponent") // A carrier to be taken apart; nobody compares two.
  private record Head(
      int schemaVersion,
      Optional<Worn> worn,
      long[] offsets,
      long[] received,
      long[] committed,
      long[] versions,
      boolean[] skewed,
      int[] sizes) {

    static Head read(ByteSource in) {
      int schemaVersion = in.octet();
      Optional<Worn> worn =
          schemaVersion == VitalBlock.WORN_SCHEMA_VERSION
              ? Optional.of(new Worn(in.id(), in.integer()))
              : Optional.empty();
      int count = count(in);
      return new Head(
          schemaVersion,
          worn,
          in.differences(count),
          in.differences(count),
          in.differences(count),
          in.differences(count),
          skewed(in, count),
          sizes(in, count));
    }

    private static boolean[] skewed(ByteSource in, int count) {
      boolean[] skewed = new boolean[count];
      for (int i = 0; i < count; i++) {
        skewed[i] = (in.octet() & BlockWriter.SKEWED) != 0;
      }
      return skewed;
    }

    private static int[] sizes(ByteSource in, int count) {
      int[] sizes = new int[count];
      int all = 0;
      for (int i = 0; i < count; i++) {
        sizes[i] = count(in);
        all += sizes[i];
        if (all > in.remaining()) {
          throw new BufferUnderflowException();
        }
      }
      return sizes;
    }

    private static int count(ByteSource in) {
      long count = in.varint();
      if (count < 1 || count > CompactedBlock.MAX_MEMBERS) {
        throw new MalformedBlockException("a number that no block has");
      }
      return (int) count;
    }

    int readings() {
      return Arrays.stream(sizes).sum();
    }
  }

  private static CompactedBlock block(ByteSource in) {
    Head head = Head.read(in);
    ReadingColumns columns = ReadingColumns.read(in, head.readings(), _ -> true);
    List<Member> members = new ArrayList<>(head.sizes.length);
    for (int i = 0; i < head.sizes.length; i++) {
      List<Reading> own = new ArrayList<>(head.sizes[i]);
      for (int left = head.sizes[i]; left > 0; left--) {
        own.add(columns.next());
      }
      members.add(
          new Member(
              head.offsets[i],
              head.received[i],
              head.committed[i],
              head.versions[i],
              head.skewed[i],
              own));
    }
    return new CompactedBlock(head.schemaVersion, head.worn, members);
  }

  private static Parts parts(ByteSource in, Wanted wanted) {
    Head head = Head.read(in);
    // Whether some moment of it may be wanted is not known yet, so the code alone decides here.
    ReadingColumns columns = ReadingColumns.read(in, head.readings(), wanted::mayWant);
    List<Part> parts = new ArrayList<>();
    for (int i = 0; i < head.sizes.length; i++) {
      part(head, i, columns, wanted).ifPresent(parts::add);
    }
    return new Parts(head.schemaVersion, parts);
  }

  private static Optional<Part> part(Head head, int member, ReadingColumns columns, Wanted wanted) {
    int size = head.sizes[member];
    int[] positions = new int[size];
    List<Reading> readings = new ArrayList<>();
    long first = Long.MAX_VALUE;
    long last = Long.MIN_VALUE;
    for (int position = 0; position < size; position++) {
      long time = columns.nextTime();
      first = Math.min(first, time);
      last = Math.max(last, time);
      if (wanted.wants(columns.nextCode(), time)) {
        positions[readings.size()] = position;
        readings.add(columns.next());
      } else {
        columns.skip();
      }
    }
    return readings.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Part(
                head.offsets[member],
                head.received[member],
                head.committed[member],
                head.versions[member],
                first,
                last,
                Arrays.copyOf(positions, readings.size()),
                readings));
  }
}
