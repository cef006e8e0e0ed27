package io.pulsewarden.audit.log;

import com.google.protobuf.ByteString;
import java.security.PublicKey;
import java.util.HashMap;
import java.util.Map;

/**
 * How far a chain came in the log.
 *
 * @param nextSequence that the next record should have
 * @param lastHash that it should name
 * @param strays records out of their places that are remembered
 * @param signers keys of the certificates that the chain has shown and that were found good, by
 *     fingerprint
 */
record ChainPosition(
    long nextSequence, ByteString lastHash, int strays, Map<ByteString, PublicKey> signers) {

  /**
   * Records out of their places that are remembered of a chain: all that a later one has to be
   * compared with. Part of the log's format: changing it changes which log a topic gives.
   */
  static final int MOST_STRAYS = 256;

  static final ChainPosition START =
      new ChainPosition(0, ByteString.copyFrom(new byte[32]), 0, Map.of());

  ChainPosition {
    signers = Map.copyOf(signers);
  }

  ChainPosition after(long sequence, ByteString hash) {
    return new ChainPosition(sequence + 1, hash, strays, signers);
  }

  /** A record is out of its place if it is not ahead of all that came before it. */
  boolean isStray(long sequence) {
    return sequence < nextSequence;
  }

  /** Whether one more record out of its place is neither compared nor remembered. */
  boolean isOverrun() {
    return strays >= MOST_STRAYS;
  }

  /** One more record out of its place, which is remembered. */
  ChainPosition withStray() {
    return withStrays(strays + 1);
  }

  ChainPosition withStrays(int remembered) {
    return new ChainPosition(nextSequence, lastHash, remembered, signers);
  }

  ChainPosition with(ByteString fingerprint, PublicKey signer) {
    Map<ByteString, PublicKey> more = new HashMap<>(signers);
    more.put(fingerprint, signer);
    return new ChainPosition(nextSequence, lastHash, strays, more);
  }
}
