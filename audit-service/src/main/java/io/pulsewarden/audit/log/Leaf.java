package io.pulsewarden.audit.log;

import com.google.protobuf.ByteString;
import io.pulsewarden.contracts.audit.v1.AuditRecord;
import io.pulsewarden.contracts.audit.v1.Finding;
import java.util.Optional;

/**
 * A leaf to be.
 *
 * @param offset of the record that it is, or that shows what it says
 * @param value the leaf's bytes
 * @param record what was received, if it can be read as a record of a chain
 * @param hash over what was received, if it is such a record
 * @param finding what it says, if the sequencer made it
 * @param blob what was received, if it is too large for a leaf
 */
record Leaf(
    long offset,
    ByteString value,
    Optional<AuditRecord> record,
    Optional<ByteString> hash,
    Optional<Finding> finding,
    Optional<ByteString> blob) {

  static Leaf received(Received received, Optional<AuditRecord> record, Optional<ByteString> hash) {
    return new Leaf(
        received.offset(), received.value(), record, hash, Optional.empty(), Optional.empty());
  }

  static Leaf standIn(
      Received received, Optional<AuditRecord> record, Optional<ByteString> hash, Finding finding) {
    return new Leaf(
        received.offset(),
        DerivedRecord.bytes(received, finding),
        record,
        hash,
        Optional.of(finding),
        Optional.of(received.value()));
  }

  static Leaf finding(Received shown, Finding finding) {
    return new Leaf(
        shown.offset(),
        DerivedRecord.bytes(shown, finding),
        Optional.empty(),
        Optional.empty(),
        Optional.of(finding),
        Optional.empty());
  }

  /** Its place in its chain, at this index of the log; empty for what belongs to none. */
  Optional<ChainEntry> chained(long index) {
    return record.flatMap(
        read -> hash.map(over -> ChainEntry.of(index, read, over, blob.isEmpty())));
  }
}
