package io.pulsewarden.telemetry.observation;

import io.pulsewarden.telemetry.store.SeriesId;
import io.pulsewarden.telemetry.store.VitalBlockStore.Direction;
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

  private static final int VERSION = 1;

  private CursorFormat() {}

  static byte[] write(ObservationQuery query, Keyset last) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(VERSION);
      out.writeLong(query.patient().getMostSignificantBits());
      out.writeLong(query.patient().getLeastSignificantBits());
      out.writeBoolean(query.direction() == Direction.NEWEST_FIRST);
      out.writeShort(query.count());
      out.writeLong(query.span().fromMillis());
      out.writeLong(query.span().untilMillis());
      out.writeByte(query.codes().size());
      for (String code : query.codes()) {
        out.writeUTF(code);
      }
      out.writeLong(last.timeMillis());
      out.writeLong(last.series().value());
      out.writeShort(last.ordinal());
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toByteArray();
  }

  /**
   * @throws IllegalArgumentException if these are other bytes
   */
  static ObservationQuery read(byte[] bytes) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      if (in.readByte() != VERSION) {
        throw new IllegalArgumentException("a cursor of another version");
      }
      UUID patient = new UUID(in.readLong(), in.readLong());
      Direction direction = in.readBoolean() ? Direction.NEWEST_FIRST : Direction.OLDEST_FIRST;
      int count = in.readUnsignedShort();
      TimeSpan span = new TimeSpan(in.readLong(), in.readLong());
      List<String> codes = new ArrayList<>();
      for (int left = in.readUnsignedByte(); left > 0; left--) {
        codes.add(in.readUTF());
      }
      Keyset last = new Keyset(in.readLong(), new SeriesId(in.readLong()), in.readUnsignedShort());
      return new ObservationQuery(patient, codes, span, count, direction, last);
    } catch (IOException cutShort) {
      throw new IllegalArgumentException("not a cursor", cutShort);
    }
  }
}
