package io.pulsewarden.audit.log;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.pulsewarden.auditclient.ChainStamper;
import io.pulsewarden.auditclient.ChainState;
import io.pulsewarden.contracts.audit.v1.AuditRecord;
import io.pulsewarden.contracts.audit.v1.Finding;
import io.pulsewarden.contracts.audit.v1.FindingKind;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;

/** From a record's value to a leaf's bytes and what they say (docs/formats/audit-leaf.md). */
final class LeafReader {

  private static final int MAX_NAME = 63;
  private static final int HASH_BYTES = 32;

  private LeafReader() {}

  /** The value itself, or the record that stands for one that is too large for an entry. */
  static ByteString leafValue(ByteString received, long leafIndex) {
    if (received.size() <= ChainStamper.MAX_RECORD_BYTES) {
      return received;
    }
    return AuditRecord.newBuilder()
        .setService("audit-service")
        .setFinding(
            Finding.newBuilder()
                .setKind(FindingKind.FINDING_KIND_UNREADABLE)
                .setLeafIndex(leafIndex)
                .setValueHash(sha256(received)))
        .build()
        .toByteString();
  }

  /** Empty if this is no record that belongs to a chain. */
  static Optional<AuditRecord> read(ByteString value) {
    try {
      AuditRecord read = AuditRecord.parseFrom(value);
      boolean chained =
          read.getIncarnation().size() == ChainState.INCARNATION_BYTES
              && read.getPreviousHash().size() == HASH_BYTES
              && !read.getService().isEmpty()
              && read.getService().length() <= MAX_NAME
              && read.getSequence() >= 0;
      return chained ? Optional.of(read) : Optional.empty();
    } catch (InvalidProtocolBufferException malformed) {
      return Optional.empty();
    }
  }

  static ByteString sha256(ByteString value) {
    try {
      return ByteString.copyFrom(MessageDigest.getInstance("SHA-256").digest(value.toByteArray()));
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every JDK has SHA-256", missing);
    }
  }
}
