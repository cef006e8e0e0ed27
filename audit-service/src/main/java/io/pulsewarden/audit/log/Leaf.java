package io.pulsewarden.audit.log;

import com.google.protobuf.ByteString;
import io.pulsewarden.contracts.audit.v1.AuditRecord;
import io.pulsewarden.contracts.audit.v1.FindingKind;
import java.util.List;
import java.util.Optional;

/**
 * A leaf to be.
 *
 * @param value the leaf's bytes
 * @param record what they say, if they can be read
 * @param findings what is wrong with it, as far as its chain tells
 */
record Leaf(
    long offset, ByteString value, Optional<AuditRecord> record, List<FindingKind> findings) {

  Leaf {
    findings = List.copyOf(findings);
  }
}
