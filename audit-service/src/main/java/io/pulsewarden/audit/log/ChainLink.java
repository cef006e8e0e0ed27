package io.pulsewarden.audit.log;

import com.google.protobuf.ByteString;

/**
 * A record's place in its chain.
 *
 * @param hash SHA-256 over the record's value, which the next record names
 */
record ChainLink(long sequence, ByteString hash) {

  /** Of a leaf that the index has under a chain: a record, or what stands for one. */
  static ChainLink of(ByteString leaf) {
    return LeafReader.read(leaf)
        .map(read -> new ChainLink(read.getSequence(), LeafReader.sha256(leaf)))
        .or(
            () ->
                DerivedRecord.finding(leaf)
                    .map(found -> new ChainLink(found.getSequence(), found.getValueHash())))
        .orElseThrow(() -> new IllegalStateException("the index names a leaf that is no record"));
  }
}
