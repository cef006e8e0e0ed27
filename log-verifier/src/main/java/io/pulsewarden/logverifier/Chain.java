package io.pulsewarden.logverifier;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How far a producer's chain came. Not thread-safe. */
final class Chain {

  /** Whether its beginning was pruned. */
  final boolean continued;

  final Map<String, Signer> signers = new HashMap<>();
  long nextSequence;
  byte[] lastHash;
  long lastIndex;
  long unsigned;
  boolean closed;

  /** Whether its last record is too large for an entry: that may have closed it. */
  boolean endsUnread;

  /** Whether that its certificate is not shown was found. */
  boolean hidesSigner;

  /** Null for an outbox, and where it is not known. */
  HourAgo.@Nullable Beats heartbeats;

  private Chain(boolean continued, long nextSequence, byte[] lastHash) {
    this.continued = continued;
    this.nextSequence = nextSequence;
    this.lastHash = lastHash;
  }

  static Chain fromItsBeginning() {
    return new Chain(false, 0, new byte[Hashes.BYTES]);
  }

  static Chain continuedAt(long sequence, byte[] previousHash) {
    return new Chain(true, sequence, previousHash);
  }

  /** It went on. */
  void moved(long index, long sequence, byte[] hash) {
    nextSequence = sequence + 1;
    lastHash = hash;
    lastIndex = index;
    unsigned++;
    endsUnread = false;
  }
}
