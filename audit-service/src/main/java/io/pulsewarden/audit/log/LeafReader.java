package io.pulsewarden.audit.log;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.pulsewarden.auditclient.ChainStamper;
import io.pulsewarden.auditclient.ChainState;
import io.pulsewarden.contracts.audit.v1.AuditRecord;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;

/** What a record's value says, and whether it can be a leaf (docs/formats/audit-leaf.md). */
final class LeafReader {

  private static final int MAX_NAME = 63;
  private static final int HASH_BYTES = 32;

  private LeafReader() {}

  /** Whether an entry bundle can hold it. */
  static boolean fits(ByteString value) {
    return value.size() <= ChainStamper.MAX_RECORD_BYTES;
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
              && read.getService().indexOf('\0') < 0
              && read.getSequence() >= 0
              // Else there would be no next one, and the chain would begin anew.
              && read.getSequence() < Long.MAX_VALUE;
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
