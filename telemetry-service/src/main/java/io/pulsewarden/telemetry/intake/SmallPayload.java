package io.pulsewarden.telemetry.intake;

/**
 * What is taken apart where it came, because that is less work than to hand it over: few bytes that
 * can't be many records.
 */
final class SmallPayload {

  private static final int BYTES = 8 * 1024;
  private static final int RECORDS = 64;

  // In CBOR a record is a map, in JSON an object. A text can have these bytes, too: then a small
  // payload is taken for a large one, and never the other way round.
  private static final int CBOR_MAP = 0xA0;
  private static final int CBOR_MAP_END = 0xBF;

  private SmallPayload() {}

  static boolean is(byte[] payload) {
    if (payload.length > BYTES) {
      return false;
    }
    int records = 0;
    for (byte each : payload) {
      int unsigned = each & 0xFF;
      if (each == '{' || (unsigned >= CBOR_MAP && unsigned <= CBOR_MAP_END)) {
        records++;
      }
    }
    return records <= RECORDS;
  }
}
