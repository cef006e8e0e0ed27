package io.pulsewarden.logverifier;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an entry says of its place in its producer's chain (docs/formats/audit-leaf.md). Everything
 * else of it is left unread.
 */
final class ChainRecord {

  private static final int SERVICE = 1;
  private static final int INCARNATION = 2;
  private static final int SEQUENCE = 3;
  private static final int PREVIOUS_HASH = 4;
  private static final int RECORDED_AT = 5;
  private static final int OPENED = 6;
  private static final int HEARTBEAT = 7;
  private static final int CLOSED = 8;
  private static final int INCARNATION_BYTES = 16;

  private String service = "";
  private byte[] incarnation = new byte[0];
  private long sequence;
  private byte[] previousHash = new byte[0];
  private long recordedAtMs;
  private int body;
  private @Nullable Head head;
  private final List<byte[]> certificates = new ArrayList<>();

  /** A signed head as it stands in the record. */
  @SuppressWarnings("ArrayRecordComponent") // never compared as a record
  record Head(byte[] signature, byte[] fingerprint) {}

  private ChainRecord() {}

  /** Null if this entry belongs to no chain. */
  static @Nullable ChainRecord read(byte[] entry) {
    try {
      ChainRecord chained = parse(new Wire(entry));
      return chained.incarnation.length == INCARNATION_BYTES
              && chained.previousHash.length == Hashes.BYTES
              && chained.sequence >= 0
              && !chained.service.isEmpty()
          ? chained
          : null;
    } catch (Wire.MalformedException unreadable) {
      return null;
    }
  }

  private static ChainRecord parse(Wire wire) throws Wire.MalformedException {
    ChainRecord chained = new ChainRecord();
    for (int field = wire.next(); field != 0; field = wire.next()) {
      switch (field) {
        case SERVICE -> chained.service = new String(wire.bytes(), StandardCharsets.UTF_8);
        case INCARNATION -> chained.incarnation = wire.bytes();
        case SEQUENCE -> chained.sequence = wire.number();
        case PREVIOUS_HASH -> chained.previousHash = wire.bytes();
        case RECORDED_AT -> chained.recordedAtMs = wire.number();
        case OPENED, CLOSED, HEARTBEAT -> {
          chained.body = field;
          // opened: chain 1, head 2; heartbeat and closed: head 1, chain 2.
          chained.readHead(wire.message(), field == OPENED ? 2 : 1);
        }
        default -> wire.skip();
      }
    }
    return chained;
  }

  private void readHead(Wire wire, int headField) throws Wire.MalformedException {
    for (int field = wire.next(); field != 0; field = wire.next()) {
      if (field == headField) {
        head = signedHead(wire.message());
      } else if (field == 3 - headField) {
        certificates.add(wire.bytes());
      } else {
        wire.skip();
      }
    }
  }

  private static Head signedHead(Wire wire) throws Wire.MalformedException {
    byte[] signature = new byte[0];
    byte[] fingerprint = new byte[0];
    for (int field = wire.next(); field != 0; field = wire.next()) {
      switch (field) {
        case 1 -> signature = wire.bytes();
        case 2 -> fingerprint = wire.bytes();
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

  /** Whether this kind of record has to carry a head. */
  boolean needsHead() {
    return body != 0;
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
