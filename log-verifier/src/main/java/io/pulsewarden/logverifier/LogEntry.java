package io.pulsewarden.logverifier;

import org.jspecify.annotations.Nullable;

/**
 * What an entry says, read without its neighbours.
 *
 * @param derived the keeper's own word, if it has that form
 * @param chained its place in its producer's chain, if it has one
 * @param hash over the entry, which the next record of its chain names; empty where it has no place
 */
@SuppressWarnings("ArrayRecordComponent") // never compared as a record
record LogEntry(@Nullable DerivedFinding derived, @Nullable ChainRecord chained, byte[] hash) {

  private static final byte[] NONE = {};

  static LogEntry read(byte[] entry) {
    if (!RecordShape.fits(entry)) {
      return new LogEntry(null, null, NONE);
    }
    // The keeper's own have no incarnation, and records of chains have one: never both.
    ChainRecord chained = ChainRecord.read(entry);
    return chained == null
        ? new LogEntry(DerivedFinding.read(entry), null, NONE)
        : new LogEntry(null, chained, Hashes.sha256(entry));
  }
}
