package io.pulsewarden.audit.log;

import com.google.protobuf.ByteString;
import io.pulsewarden.audit.search.IndexedEntry;
import io.pulsewarden.audit.search.IndexedFinding;
import io.pulsewarden.contracts.audit.v1.AuditRecord;
import io.pulsewarden.contracts.audit.v1.Finding;
import io.pulsewarden.contracts.audit.v1.FindingKind;
import java.util.Optional;
import java.util.function.Function;

/**
 * What the index has of a leaf, from the log alone: what the sequencer put there when it made the
 * leaf has to be the same.
 */
public record IndexedLeaf(Optional<IndexedEntry> entry, Optional<IndexedFinding> finding) {

  private static final IndexedLeaf NONE = new IndexedLeaf(Optional.empty(), Optional.empty());

  /**
   * Reads a leaf.
   *
   * @param disowned what of its log looks like the sequencer's word and is not
   * @param oversized the values that leaves stand for, by SHA-256
   */
  public static IndexedLeaf read(
      long index,
      ByteString value,
      Disowned disowned,
      Function<ByteString, Optional<ByteString>> oversized) {
    Optional<AuditRecord> record = LeafReader.read(value);
    if (record.isPresent()) {
      boolean shows = !HeadCheck.certificates(record.get()).isEmpty();
      return new IndexedLeaf(
          Optional.of(new IndexedEntry(index, record.get(), shows)), Optional.empty());
    }
    Optional<Finding> derived =
        DerivedRecord.finding(value).filter(found -> !disowned.contains(index));
    return derived.map(finding -> derived(index, finding, oversized)).orElse(NONE);
  }

  private static IndexedLeaf derived(
      long index, Finding finding, Function<ByteString, Optional<ByteString>> oversized) {
    boolean standsIn =
        finding.getKind() == FindingKind.FINDING_KIND_OVERSIZED && finding.getLeafIndex() == index;
    Optional<IndexedEntry> entry =
        standsIn
            ? oversized
                .apply(finding.getValueHash())
                .flatMap(LeafReader::read)
                .map(read -> new IndexedEntry(index, read, false))
            : Optional.empty();
    return new IndexedLeaf(entry, Optional.of(new IndexedFinding(index, finding)));
  }
}
