package io.pulsewarden.logverifier;

import java.nio.charset.StandardCharsets;
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

  static final int UNREADABLE = 6;
  static final int OVERSIZED = 7;

  private static final String KEEPER = "audit-service";
  private static final int SERVICE = 1;
  private static final int INCARNATION = 2;
  private static final int FINDING = 10;
  private static final int INCARNATION_BYTES = 16;

  /** Null if this entry has not the form of one. */
  static @Nullable DerivedFinding read(byte[] entry) {
    String service = "";
    boolean chained = false;
    DerivedFinding finding = null;
    try {
      Wire wire = new Wire(entry);
      for (int field = wire.next(); field != 0; field = wire.next()) {
        switch (field) {
          case SERVICE -> service = new String(wire.bytes(), StandardCharsets.UTF_8);
          case INCARNATION -> chained = wire.bytes().length > 0;
          case FINDING -> finding = parse(wire.message());
          default -> wire.skip();
        }
      }
    } catch (Wire.MalformedException unreadable) {
      return null;
    }
    return service.equals(KEEPER) && !chained ? finding : null;
  }

  private static DerivedFinding parse(Wire wire) throws Wire.MalformedException {
    int kind = 0;
    String service = "";
    byte[] incarnation = new byte[0];
    long sequence = 0;
    long leafIndex = 0;
    byte[] valueHash = new byte[0];
    for (int field = wire.next(); field != 0; field = wire.next()) {
      switch (field) {
        case 1 -> kind = (int) wire.number();
        case 2 -> service = new String(wire.bytes(), StandardCharsets.UTF_8);
        case 3 -> incarnation = wire.bytes();
        case 4 -> sequence = wire.number();
        case 5 -> leafIndex = wire.number();
        case 6 -> valueHash = wire.bytes();
        default -> wire.skip();
      }
    }
    return new DerivedFinding(kind, service, incarnation, sequence, leafIndex, valueHash);
  }

  /** Where a log keeps a value that is too large for an entry. */
  static String blob(byte[] hash) {
    return "tile/blob/" + HexFormat.of().formatHex(hash);
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
          case UNREADABLE -> "bytes that are no record";
          case OVERSIZED -> "a value too large for an entry";
          case 8 -> "silence of 30 seconds";
          case 9 -> "an end without a closed record";
          case 10 -> "a record that fills a gap late";
          case 11 -> "a record out of its place, not compared";
          default -> "finding " + kind;
        };
    return standsForRecord() ? what + " in " + chain().text() + " at " + sequence : what;
  }
}
