package io.pulsewarden.auditclient;

import com.google.protobuf.ByteString;

/**
 * Where a chain stands: what its next record must carry.
 *
 * @param incarnation 16 random bytes
 * @param nextSequence of the next record, from 0
 * @param lastHash SHA-256 over the value of the last record; 32 zero bytes before the first
 * @param shownCertificate fingerprint of the certificate that this chain showed last; empty where
 *     that is not known, so that the next head shows it again
 */
public record ChainState(
    ByteString incarnation, long nextSequence, ByteString lastHash, ByteString shownCertificate) {

  /** Bytes of an incarnation id. */
  public static final int INCARNATION_BYTES = 16;

  private static final int HASH_BYTES = 32;

  public ChainState {
    if (incarnation.size() != INCARNATION_BYTES) {
      throw new IllegalArgumentException("an incarnation has 16 bytes");
    }
    if (nextSequence < 0) {
      throw new IllegalArgumentException("a sequence starts at 0");
    }
    if (lastHash.size() != HASH_BYTES) {
      throw new IllegalArgumentException("a hash has 32 bytes");
    }
  }

  /** A chain that has no record yet. */
  public static ChainState beforeFirst(ByteString incarnation) {
    return new ChainState(
        incarnation, 0, ByteString.copyFrom(new byte[HASH_BYTES]), ByteString.EMPTY);
  }
}
