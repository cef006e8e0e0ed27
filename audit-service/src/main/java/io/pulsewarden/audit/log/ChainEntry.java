package io.pulsewarden.audit.log;

import com.google.protobuf.ByteString;
import io.pulsewarden.auditclient.ChainState;
import io.pulsewarden.contracts.audit.v1.AuditRecord;
import io.pulsewarden.contracts.audit.v1.Finding;
import io.pulsewarden.contracts.audit.v1.FindingKind;
import java.util.Optional;

/**
 * A record of a chain, as the log has it.
 *
 * @param leaf its index in the log
 * @param showsCertificate whether its signers may be found in it
 */
record ChainEntry(long leaf, ChainId chain, ChainLink link, boolean showsCertificate) {

  /**
   * Reads a leaf; empty if it is no record of a chain, and stands for none.
   *
   * @param disowned what of its log looks like the sequencer's word and is not
   */
  static Optional<ChainEntry> read(long index, ByteString leaf, Disowned disowned) {
    return LeafReader.read(leaf)
        .map(record -> of(index, record, LeafReader.sha256(leaf), true))
        .or(() -> standIn(index, leaf, disowned));
  }

  /**
   * Of a record that becomes a leaf.
   *
   * @param hash over its value
   * @param whole whether the leaf is the record, and not what stands for it
   */
  static ChainEntry of(long index, AuditRecord record, ByteString hash, boolean whole) {
    return new ChainEntry(
        index,
        new ChainId(record.getService(), record.getIncarnation()),
        new ChainLink(record.getSequence(), hash),
        whole && !HeadCheck.certificates(record).isEmpty());
  }

  private static Optional<ChainEntry> standIn(long index, ByteString leaf, Disowned disowned) {
    return DerivedRecord.finding(leaf)
        .filter(finding -> standsForRecord(index, finding))
        .filter(finding -> !disowned.contains(index))
        .map(
            finding ->
                new ChainEntry(
                    index,
                    new ChainId(finding.getService(), finding.getIncarnation()),
                    new ChainLink(finding.getSequence(), finding.getValueHash()),
                    false));
  }

  private static boolean standsForRecord(long index, Finding finding) {
    return finding.getKind() == FindingKind.FINDING_KIND_OVERSIZED
        && finding.getLeafIndex() == index
        && finding.getIncarnation().size() == ChainState.INCARNATION_BYTES
        && !finding.getService().isEmpty();
  }
}
