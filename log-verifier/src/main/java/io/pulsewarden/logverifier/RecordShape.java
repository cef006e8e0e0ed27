package io.pulsewarden.logverifier;

import java.util.Map;
import java.util.Set;

/**
 * Which fields of a message hold text, and which hold messages. Who reads a record with Protobuf's
 * own reader can't read any of it where one text is not UTF-8, or one message is broken.
 *
 * @param texts numbers of fields
 * @param messages by number of field
 */
record RecordShape(Set<Integer> texts, Map<Integer, RecordShape> messages) {

  private static final RecordShape PLAIN = new RecordShape(Set.of(), Map.of());
  private static final RecordShape EVENT =
      new RecordShape(
          Set.of(1, 5, 7, 10),
          Map.of(
              6, new RecordShape(Set.of(2, 3), Map.of()), // agent
              8, new RecordShape(Set.of(1, 2), Map.of()), // entity
              9, new RecordShape(Set.of(1), Map.of()), // stored range
              11, new RecordShape(Set.of(1), Map.of()))); // text proof

  /** Of {@code pulsewarden.audit.v1.AuditRecord}. */
  private static final RecordShape RECORD =
      new RecordShape(
          Set.of(1),
          Map.of(
              6, new RecordShape(Set.of(), Map.of(2, PLAIN)), // opened: its head
              7, new RecordShape(Set.of(), Map.of(1, PLAIN)), // heartbeat
              8, new RecordShape(Set.of(), Map.of(1, PLAIN)), // closed
              9, EVENT,
              10, new RecordShape(Set.of(2), Map.of()))); // finding

  /** Whether an entry can be read as a record. */
  static boolean fits(byte[] entry) {
    try {
      RECORD.require(new Wire(entry));
      return true;
    } catch (Wire.MalformedException unreadable) {
      return false;
    }
  }

  private void require(Wire wire) throws Wire.MalformedException {
    for (int tag = wire.nextTag(); tag != 0; tag = wire.nextTag()) {
      int field = tag >>> Wire.TYPE_BITS;
      RecordShape message = messages.get(field);
      // In another wire type it is a field that nobody knows.
      if (tag != Wire.tag(field, Wire.BYTES)) {
        wire.skip();
      } else if (message != null) {
        message.require(wire.message());
      } else if (texts.contains(field)) {
        wire.skipText();
      } else {
        wire.skip();
      }
    }
  }
}
