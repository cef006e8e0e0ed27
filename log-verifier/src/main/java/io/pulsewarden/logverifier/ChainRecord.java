package io.pulsewarden.logverifier;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an entry says of its place in its producer's chain (docs/formats/audit-leaf.md). Everything
 * else of it is left unread.
 */
final class ChainRecord {

  private static final int SERVICE = (1 << Wire.TYPE_BITS) | Wire.BYTES;
  private static final int INCARNATION = (2 << Wire.TYPE_BITS) | Wire.BYTES;
  private static final int SEQUENCE = (3 << Wire.TYPE_BITS) | Wire.VARINT;
  private static final int PREVIOUS_HASH = (4 << Wire.TYPE_BITS) | Wire.BYTES;
  private static final int RECORDED_AT = (5 << Wire.TYPE_BITS) | Wire.VARINT;
  private static final int OPENED = (6 << Wire.TYPE_BITS) | Wire.BYTES;
  private static final int HEARTBEAT = (7 << Wire.TYPE_BITS) | Wire.BYTES;
  private static final int CLOSED = (8 << Wire.TYPE_BITS) | Wire.BYTES;
  private static final int EVENT = (9 << Wire.TYPE_BITS) | Wire.BYTES;
  private static final int FINDING = (10 << Wire.TYPE_BITS) | Wire.BYTES;
  private static final int KIND = (3 << Wire.TYPE_BITS) | Wire.VARINT;
  private static final int KIND_PROCESS = 1;
  private static final int INCARNATION_BYTES = 16;
  private static final int MAX_NAME = 63;

  private String service = "";
  private byte[] incarnation = new byte[0];
  private long sequence;
  private byte[] previousHash = new byte[0];
  private long recordedAtMs;
  private int body;
  private boolean process;
  private @Nullable Head head;
  private final List<byte[]> certificates = new ArrayList<>();

  /** A signed head as it stands in the record. */
  @SuppressWarnings("ArrayRecordComponent") // never compared as a record
  record Head(byte[] signature, byte[] fingerprint) {}

  private ChainRecord() {}

  /** Null if this entry, which can be read as a record, belongs to no chain. */
  static @Nullable ChainRecord read(byte[] entry) {
    try {
      ChainRecord chained = parse(new Wire(entry));
      return chained.incarnation.length == INCARNATION_BYTES
              && chained.previousHash.length == Hashes.BYTES
              && chained.sequence >= 0
              // There has to be a next one.
              && chained.sequence < Long.MAX_VALUE
              && isName(chained.service)
          ? chained
          : null;
    } catch (Wire.MalformedException unreadable) {
      return null;
    }
  }

  private static boolean isName(String service) {
    return !service.isEmpty() && service.length() <= MAX_NAME && service.indexOf('\0') < 0;
  }

  private static ChainRecord parse(Wire wire) throws Wire.MalformedException {
    ChainRecord chained = new ChainRecord();
    Map<Integer, byte[]> bodies = new HashMap<>();
    for (int tag = wire.nextTag(); tag != 0; tag = wire.nextTag()) {
      switch (tag) {
        case SERVICE -> chained.service = wire.text();
        case INCARNATION -> chained.incarnation = wire.bytes();
        case SEQUENCE -> chained.sequence = wire.number();
        case PREVIOUS_HASH -> chained.previousHash = wire.bytes();
        case RECORDED_AT -> chained.recordedAtMs = wire.number();
        case OPENED, CLOSED, HEARTBEAT -> {
          // The last kind counts; all of that kind are one, whatever stands between them.
          bodies.merge(tag, wire.bytes(), Wire::join);
          chained.body = tag;
        }
        case EVENT, FINDING -> {
          chained.body = tag;
          wire.skip();
        }
        default -> wire.skip();
      }
    }
    if (chained.needsHead()) {
      // opened: chain 1, head 2; heartbeat and closed: head 1, chain 2.
      byte[] content = bodies.getOrDefault(chained.body, new byte[0]);
      chained.readHead(new Wire(content), chained.body == OPENED ? 2 : 1);
    }
    return chained;
  }

  private void readHead(Wire wire, int headField) throws Wire.MalformedException {
    byte[] signed = null;
    for (int tag = wire.nextTag(); tag != 0; tag = wire.nextTag()) {
      if (tag == Wire.tag(headField, Wire.BYTES)) {
        signed = signed == null ? wire.bytes() : Wire.join(signed, wire.bytes());
      } else if (tag == Wire.tag(3 - headField, Wire.BYTES)) {
        certificates.add(wire.bytes());
      } else if (tag == KIND && body == OPENED) {
        process = (int) wire.number() == KIND_PROCESS;
      } else {
        wire.skip();
      }
    }
    head = signed == null ? null : signedHead(new Wire(signed));
  }

  private static Head signedHead(Wire wire) throws Wire.MalformedException {
    byte[] signature = new byte[0];
    byte[] fingerprint = new byte[0];
    for (int tag = wire.nextTag(); tag != 0; tag = wire.nextTag()) {
      switch (tag) {
        case (1 << Wire.TYPE_BITS) | Wire.BYTES -> signature = wire.bytes();
        case (2 << Wire.TYPE_BITS) | Wire.BYTES -> fingerprint = wire.bytes();
        default -> wire.skip();
      }
    }
    return new Head(signature, fingerprint);
  }

  String service() {
    return service;
  }

  byte[] incarnation() {
    return incarnation;
  }

  long sequence() {
    return sequence;
  }

  byte[] previousHash() {
    return previousHash;
  }

  long recordedAtMs() {
    return recordedAtMs;
  }

  boolean isClosed() {
    return body == CLOSED;
  }

  boolean isHeartbeat() {
    return body == HEARTBEAT;
  }

  /** Whether it opens the chain of one process's memory. */
  boolean opensProcess() {
    return process;
  }

  /** Whether this kind of record has to carry a head. */
  boolean needsHead() {
    return body == OPENED || body == HEARTBEAT || body == CLOSED;
  }

  @Nullable Head head() {
    return head;
  }

  List<byte[]> certificates() {
    return certificates;
  }

  ChainName chain() {
    return ChainName.of(service, incarnation);
  }
}
