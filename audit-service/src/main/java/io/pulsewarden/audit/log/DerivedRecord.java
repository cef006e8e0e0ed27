package io.pulsewarden.audit.log;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.pulsewarden.contracts.audit.v1.AuditRecord;
import io.pulsewarden.contracts.audit.v1.Finding;
import io.pulsewarden.contracts.audit.v1.FindingKind;
import java.util.Optional;

/**
 * Records that no producer sent: the sequencer puts them among the leaves. They follow from the
 * topic alone, byte for byte, so that any number of sequencers make the same ones
 * (docs/formats/audit-leaf.md).
 */
public final class DerivedRecord {

  static final String SERVICE = "audit-service";

  private DerivedRecord() {}

  /** The finding's leaf, with the time of the record that showed it. */
  static ByteString bytes(Received shown, Finding finding) {
    return AuditRecord.newBuilder()
        .setService(SERVICE)
        .setRecordedAtMs(shown.hasTime() ? shown.appendedAtMs() : 0)
        .setFinding(finding)
        .build()
        .toByteString();
  }

  /** The finding of a leaf that has the form of one; empty for all others. */
  public static Optional<Finding> finding(ByteString leaf) {
    try {
      AuditRecord read = AuditRecord.parseFrom(leaf);
      boolean derived =
          read.hasFinding() && read.getIncarnation().isEmpty() && read.getService().equals(SERVICE);
      return derived ? Optional.of(read.getFinding()) : Optional.empty();
    } catch (InvalidProtocolBufferException unreadable) {
      return Optional.empty();
    }
  }

  /**
   * Whether a leaf has the form of the word that the one at this index, right before it, is no
   * record. A producer can send that, too: {@link Disowned} tells whose it is.
   */
  static boolean disowns(ByteString leaf, long index) {
    return finding(leaf)
        .filter(
            finding ->
                finding.getKind() == FindingKind.FINDING_KIND_UNREADABLE
                    && finding.getLeafIndex() == index)
        .isPresent();
  }
}
