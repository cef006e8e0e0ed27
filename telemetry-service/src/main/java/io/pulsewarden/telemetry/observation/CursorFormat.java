package io.pulsewarden.telemetry.observation;

import io.pulsewarden.telemetry.store.SeriesId;
import io.pulsewarden.telemetry.store.VitalBlockStore.Direction;
import io.pulsewarden.telemetry.vitals.Change;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * A query and where its last page ended, as bytes to be sealed. It holds the whole query, so that
 * the next page's URL shows nothing of it and can't ask for something else.
 */
final class CursorFormat {

  private static final int BY_DATE = 1;
  private static final int BY_CHANGE = 2;

  private CursorFormat() {}

  /** The search, to be continued behind the last Observation of a page. */
  static byte[] write(ObservationSearch search, Found last) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      switch (search) {
        case ObservationQuery query -> byDate(out, query, last.keyset());
        case ChangeQuery query -> byChange(out, query, last);
      }
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toByteArray();
  }

  private static void byDate(DataOutputStream out, ObservationQuery query, Keyset last)
      throws IOException {
    out.writeByte(BY_DATE);
    id(out, query.patient());
    out.writeBoolean(query.direction() == Direction.NEWEST_FIRST);
    out.writeShort(query.count());
    span(out, query.span());
    codes(out, query.codes());
    keyset(out, last);
  }

  private static void byChange(DataOutputStream out, ChangeQuery query, Found last)
      throws IOException {
    out.writeByte(BY_CHANGE);
    id(out, query.patient());
    out.writeShort(query.count());
    span(out, query.span());
    span(out, query.updated());
    codes(out, query.codes());
    Change change = last.reading().lastChange();
    out.writeLong(change.micros());
    out.writeInt(change.partition());
    out.writeLong(change.offset());
    keyset(out, last.keyset());
  }

  private static void id(DataOutputStream out, UUID id) throws IOException {
    out.writeLong(id.getMostSignificantBits());
    out.writeLong(id.getLeastSignificantBits());
  }

  private static void span(DataOutputStream out, TimeSpan span) throws IOException {
    out.writeLong(span.fromMillis());
    out.writeLong(span.untilMillis());
  }

  private static void codes(DataOutputStream out, List<String> codes) throws IOException {
    out.writeByte(codes.size());
    for (String code : codes) {
      out.writeUTF(code);
    }
  }

  private static void keyset(DataOutputStream out, Keyset keyset) throws IOException {
    out.writeLong(keyset.timeMillis());
    out.writeLong(keyset.series().value());
    out.writeShort(keyset.ordinal());
  }

  /**
   * @throws IllegalArgumentException if these are other bytes
   */
  static ObservationSearch read(byte[] bytes) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      return switch (in.readUnsignedByte()) {
        case BY_DATE -> byDate(in);
        case BY_CHANGE -> byChange(in);
        default -> throw new IllegalArgumentException("a cursor of another version");
      };
    } catch (IOException cutShort) {
      throw new IllegalArgumentException("not a cursor", cutShort);
    }
  }

  private static ObservationQuery byDate(DataInputStream in) throws IOException {
    UUID patient = new UUID(in.readLong(), in.readLong());
    Direction direction = in.readBoolean() ? Direction.NEWEST_FIRST : Direction.OLDEST_FIRST;
    int count = in.readUnsignedShort();
    TimeSpan span = span(in);
    return new ObservationQuery(patient, codes(in), span, count, direction, keyset(in));
  }

  private static ChangeQuery byChange(DataInputStream in) throws IOException {
    UUID patient = new UUID(in.readLong(), in.readLong());
    int count = in.readUnsignedShort();
    TimeSpan span = span(in);
    TimeSpan updated = span(in);
    List<String> codes = codes(in);
    Change change = new Change(in.readLong(), in.readInt(), in.readLong());
    return new ChangeQuery(
        patient, codes, span, updated, count, new ChangeQuery.Place(change, keyset(in)));
  }

  private static TimeSpan span(DataInputStream in) throws IOException {
    return new TimeSpan(in.readLong(), in.readLong());
  }

  private static List<String> codes(DataInputStream in) throws IOException {
    List<String> codes = new ArrayList<>();
    for (int left = in.readUnsignedByte(); left > 0; left--) {
      codes.add(in.readUTF());
    }
    return codes;
  }

  private static Keyset keyset(DataInputStream in) throws IOException {
    return new Keyset(in.readLong(), new SeriesId(in.readLong()), in.readUnsignedShort());
  }
}
