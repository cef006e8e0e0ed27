package io.pulsewarden.logverifier;

import java.nio.charset.StandardCharsets;

/**
 * An entry of the log that says that offsets are stored (docs/formats/stored-range.md). Everything
 * else of it is left unread.
 */
final class StoredRangeEntry {

  private static final int VITALS_STORED = 208;
  private static final int SERVICE = 1;
  private static final int EVENT = 9;
  private static final int EVENT_ID = 1;
  private static final int ACTION = 3;
  private static final int OUTCOME = 4;
  private static final int RANGE = 9;
  private static final int SUCCESS = 1;

  private String service = "";
  private String eventId = "";
  private long action;
  private long outcome;
  private String topic = "";
  private long partition;
  private long firstOffset;
  private long lastOffset;
  private byte[] merkleRoot = new byte[0];
  private long recordCount;

  private StoredRangeEntry() {}

  /**
   * Reads one.
   *
   * @throws BadLogException if it is an entry of another kind, or none
   */
  static StoredRangeEntry read(byte[] entry) throws BadLogException {
    StoredRangeEntry read = new StoredRangeEntry();
    try {
      read.record(new Wire(entry));
    } catch (Wire.MalformedException malformed) {
      throw new BadLogException("log.entry is no audit record");
    }
    if (!read.service.equals("telemetry-service")
        || read.action != VITALS_STORED
        || read.outcome != SUCCESS) {
      throw new BadLogException("log.entry does not say that vitals were stored");
    }
    return read;
  }

  private void record(Wire wire) throws Wire.MalformedException {
    for (int field = wire.next(); field != 0; field = wire.next()) {
      switch (field) {
        case SERVICE -> service = text(wire);
        case EVENT -> event(new Wire(wire.bytes()));
        default -> wire.skip();
      }
    }
  }

  private void event(Wire wire) throws Wire.MalformedException {
    for (int field = wire.next(); field != 0; field = wire.next()) {
      switch (field) {
        case EVENT_ID -> eventId = text(wire);
        case ACTION -> action = wire.number();
        case OUTCOME -> outcome = wire.number();
        case RANGE -> range(new Wire(wire.bytes()));
        default -> wire.skip();
      }
    }
  }

  private void range(Wire wire) throws Wire.MalformedException {
    for (int field = wire.next(); field != 0; field = wire.next()) {
      switch (field) {
        case 1 -> topic = text(wire);
        case 2 -> partition = wire.number();
        case 3 -> firstOffset = wire.number();
        case 4 -> lastOffset = wire.number();
        case 5 -> merkleRoot = wire.bytes();
        case 6 -> recordCount = wire.number();
        default -> wire.skip();
      }
    }
  }

  private static String text(Wire wire) throws Wire.MalformedException {
    return new String(wire.bytes(), StandardCharsets.UTF_8);
  }

  String eventId() {
    return eventId;
  }

  String topic() {
    return topic;
  }

  long partition() {
    return partition;
  }

  long firstOffset() {
    return firstOffset;
  }

  long lastOffset() {
    return lastOffset;
  }

  byte[] merkleRoot() {
    return merkleRoot;
  }

  long recordCount() {
    return recordCount;
  }
}
