package io.pulsewarden.auditclient;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The bytes that a chain's head signs (docs/formats/audit-leaf.md). */
final class SignedHeads {

  private static final byte[] DOMAIN =
      "pulsewarden-audit-head-v1".getBytes(StandardCharsets.US_ASCII);

  private SignedHeads() {}

  /**
   * Domain, 0, service, 0, incarnation, sequence and previous hash of the record that carries it.
   */
  static byte[] message(ProducerIdentity identity, ChainState state) {
    byte[] service = identity.service().getBytes(StandardCharsets.US_ASCII);
    int size =
        DOMAIN.length
            + 1
            + service.length
            + 1
            + state.incarnation().size()
            + Long.BYTES
            + state.lastHash().size();
    ByteBuffer message = ByteBuffer.allocate(size);
    message.put(DOMAIN).put((byte) 0).put(service).put((byte) 0);
    message.put(state.incarnation().asReadOnlyByteBuffer());
    message.putLong(state.nextSequence());
    message.put(state.lastHash().asReadOnlyByteBuffer());
    return message.array();
  }
}
