package io.pulsewarden.logverifier;

import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * An entry that the log's keeper put among the producers' (docs/formats/audit-leaf.md): a finding,
 * or what stands for a value that is too large for an entry.
 *
 * @param kind the contract's number
 * @param service and the next two: the chain it is about, if any
 * @param leafIndex of the entry that shows it
 * @param valueHash of an oversized value
 */
@SuppressWarnings("ArrayRecordComponent") // never compared as a record
record DerivedFinding(
    int kind, String service, byte[] incarnation, long sequence, long leafIndex, byte[] valueHash) {

  private static final int UNREADABLE = 6;
  private static final int OVERSIZED = 7;
  private static final int SILENT = 8;
  private static final int UNCLOSED = 9;

  /** What {@link #text} calls an entry that is no record. */
  static final String NO_RECORD = "bytes that are no record";

  private static final String KEEPER = "audit-service";
  private static final int SERVICE = (1 << Wire.TYPE_BITS) | Wire.BYTES;
  private static final int INCARNATION = (2 << Wire.TYPE_BITS) | Wire.BYTES;
  private static final int OPENED = (6 << Wire.TYPE_BITS) | Wire.BYTES;
  private static final int HEARTBEAT = (7 << Wire.TYPE_BITS) | Wire.BYTES;
  private static final int CLOSED = (8 << Wire.TYPE_BITS) | Wire.BYTES;
  private static final int EVENT = (9 << Wire.TYPE_BITS) | Wire.BYTES;
  private static final int FINDING = (10 << Wire.TYPE_BITS) | Wire.BYTES;
  private static final int INCARNATION_BYTES = 16;

  /** Null if this entry, which can be read as a record, has not the form of one. */
  static @Nullable DerivedFinding read(byte[] entry) {
    String service = "";
    boolean chained = false;
    byte[] content = {};
    boolean finding = false;
    try {
      Wire wire = new Wire(entry);
      for (int tag = wire.nextTag(); tag != 0; tag = wire.nextTag()) {
        switch (tag) {
          case SERVICE -> service = wire.text();
          case INCARNATION -> chained = wire.bytes().length > 0;
          case FINDING -> {
            content = Wire.join(content, wire.bytes());
            finding = true;
          }
          case OPENED, HEARTBEAT, CLOSED, EVENT -> {
            finding = false;
            wire.skip();
          }
          default -> wire.skip();
        }
      }
      return finding && service.equals(KEEPER) && !chained ? parse(new Wire(content)) : null;
    } catch (Wire.MalformedException unreadable) {
      return null;
    }
  }

  private static DerivedFinding parse(Wire wire) throws Wire.MalformedException {
    int kind = 0;
    String service = "";
    byte[] incarnation = new byte[0];
    long sequence = 0;
    long leafIndex = 0;
    byte[] valueHash = new byte[0];
    for (int tag = wire.nextTag(); tag != 0; tag = wire.nextTag()) {
      switch (tag) {
        case (1 << Wire.TYPE_BITS) | Wire.VARINT -> kind = (int) wire.number();
        case (2 << Wire.TYPE_BITS) | Wire.BYTES -> service = wire.text();
        case (3 << Wire.TYPE_BITS) | Wire.BYTES -> incarnation = wire.bytes();
        case (4 << Wire.TYPE_BITS) | Wire.VARINT -> sequence = wire.number();
        case (5 << Wire.TYPE_BITS) | Wire.VARINT -> leafIndex = wire.number();
        case (6 << Wire.TYPE_BITS) | Wire.BYTES -> valueHash = wire.bytes();
        default -> wire.skip();
      }
    }
    return new DerivedFinding(kind, service, incarnation, sequence, leafIndex, valueHash);
  }

  /** Where a log keeps a value that is too large for an entry. */
  static String blob(byte[] hash) {
    return "tile/blob/" + HexFormat.of().formatHex(hash);
  }

  /** Whether it says that a chain fell silent, or ended without a word. */
  boolean saysSilent() {
    return (kind == SILENT || kind == UNCLOSED) && standsForRecord();
  }

  /** Whether it says, if it is the keeper's, that an entry is no record. */
  boolean disowns(long index) {
    return kind == UNREADABLE && leafIndex == index;
  }

  /** Whether it speaks of a value that is too large. */
  boolean isOversized() {
    return kind == OVERSIZED;
  }

  /** Whether it is what stands at this index for such a value. */
  boolean standsIn(long index) {
    return isOversized() && leafIndex == index;
  }

  boolean standsForRecord() {
    return incarnation.length == INCARNATION_BYTES && !service.isEmpty();
  }

  ChainName chain() {
    return ChainName.of(service, incarnation);
  }

  /** For people. */
  String text() {
    String what =
        switch (kind) {
          case 1 -> "a gap";
          case 2 -> "a fork";
          case 3 -> "a hash that does not fit";
          case 4 -> "a head that its service did not sign";
          case 5 -> "two records in one place";
          case UNREADABLE -> NO_RECORD;
          case OVERSIZED -> "a value too large for an entry";
          case SILENT -> "silence of 30 seconds";
          case UNCLOSED -> "an end without a closed record";
          case 10 -> "a record that fills a gap late";
          case 11 -> "a record out of its place, not compared";
          default -> "finding " + kind;
        };
    return standsForRecord() ? what + " in " + chain().text() + " at " + sequence : what;
  }
}
