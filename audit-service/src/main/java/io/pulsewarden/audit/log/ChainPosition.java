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
 * @param signers keys of the certificates that the chain has shown and that were found good, by
 *     fingerprint
 */
record ChainPosition(long nextSequence, ByteString lastHash, Map<ByteString, PublicKey> signers) {

  static final ChainPosition START =
      new ChainPosition(0, ByteString.copyFrom(new byte[32]), Map.of());

  ChainPosition {
    signers = Map.copyOf(signers);
  }

  ChainPosition after(long sequence, ByteString hash) {
    return new ChainPosition(sequence + 1, hash, signers);
  }

  ChainPosition with(ByteString fingerprint, PublicKey signer) {
    Map<ByteString, PublicKey> more = new HashMap<>(signers);
    more.put(fingerprint, signer);
    return new ChainPosition(nextSequence, lastHash, more);
  }
}
