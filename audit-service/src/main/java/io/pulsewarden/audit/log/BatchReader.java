package io.pulsewarden.audit.log;

import com.google.protobuf.ByteString;
import io.pulsewarden.contracts.audit.v1.AuditRecord;
import io.pulsewarden.contracts.audit.v1.Finding;
import io.pulsewarden.contracts.audit.v1.FindingKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * Decides what of a batch becomes a leaf, from the topic and the log alone: everything does, but
 * for a record that the log has already, byte for byte. Checks each chain on the way, and puts what
 * is wrong behind the leaf that shows it. One batch; not thread-safe.
 */
final class BatchReader {

  private final ChainHistory history;
  private final HeadCheck heads;
  private final Function<ChainId, Optional<ChainPosition>> known;
  private final ChainWatch watch;
  private final long size;
  private final Map<ChainId, ChainPosition> begun = new HashMap<>();
  private final Map<ChainId, ChainPosition> moved = new HashMap<>();
  private final Map<Place, List<ByteString>> placed = new HashMap<>();
  private final List<Leaf> leaves = new ArrayList<>();
  private long duplicates;

  private record Place(ChainId chain, long sequence) {}

  /**
   * @param known positions that are remembered from earlier batches
   * @param watch the batch's own copy
   * @param size what the log had before this batch
   */
  BatchReader(
      ChainHistory history,
      HeadCheck heads,
      Function<ChainId, Optional<ChainPosition>> known,
      ChainWatch watch,
      long size) {
    this.history = history;
    this.heads = heads;
    this.known = known;
    this.watch = watch;
    this.size = size;
  }

  /** Takes the next record. */
  void take(Received received) {
    Optional<AuditRecord> read = LeafReader.read(received.value());
    Optional<ByteString> hash = read.map(_ -> LeafReader.sha256(received.value()));
    List<Finding.Builder> findings = new ArrayList<>();
    if (read.isPresent()) {
      if (!follow(read.get(), hash.orElseThrow(), received, findings)) {
        duplicates++;
        return;
      }
    } else if (LeafReader.fits(received.value())) {
      findings.add(Finding.newBuilder().setKind(FindingKind.FINDING_KIND_UNREADABLE));
    }
    if (received.hasTime()) {
      findings.addAll(watch.overdue(received.appendedAtMs()));
      read.ifPresent(
          entry ->
              watch.spoke(
                  chain(entry), entry.getSequence(), received.appendedAtMs(), entry.hasClosed()));
    }
    long index = size + leaves.size();
    leaves.add(
        LeafReader.fits(received.value())
            ? Leaf.received(received, read, hash)
            : Leaf.standIn(received, read, hash, oversized(received, read, index)));
    for (Finding.Builder finding : findings) {
      leaves.add(Leaf.finding(received, finding.setLeafIndex(index).build()));
    }
  }

  List<Leaf> leaves() {
    return leaves;
  }

  long duplicates() {
    return duplicates;
  }

  /** Where one of the batch's chains stood before it. */
  ChainPosition before(ChainId chain) {
    return Objects.requireNonNull(begun.get(chain), "not in this batch");
  }

  /** Where the batch's chains stand once it is committed. */
  Map<ChainId, ChainPosition> moved() {
    return moved;
  }

  ChainWatch watch() {
    return watch;
  }

  /** False if the log has this very record. */
  private boolean follow(
      AuditRecord entry, ByteString hash, Received received, List<Finding.Builder> findings) {
    ChainId chain = chain(entry);
    ChainPosition position = position(chain);
    if (position.isStray(entry.getSequence()) && position.isOverrun()) {
      add(findings, entry, FindingKind.FINDING_KIND_UNCOMPARED);
      // Its head is judged by the certificates that it shows, too, but they are not kept.
      var _ = judged(position, entry, received, findings);
      return true;
    }
    if (position.isStray(entry.getSequence())) {
      List<ByteString> there = at(chain, entry.getSequence());
      if (there.contains(hash)) {
        return false;
      }
      add(
          findings,
          entry,
          there.isEmpty()
              ? FindingKind.FINDING_KIND_LATE
              : FindingKind.FINDING_KIND_UNEQUAL_DUPLICATE);
      position = position.withStray();
    } else {
      if (entry.getSequence() > position.nextSequence()) {
        add(findings, entry, FindingKind.FINDING_KIND_GAP);
      } else if (!entry.getPreviousHash().equals(position.lastHash())) {
        add(findings, entry, brokenOrForked(chain, entry));
      }
      position = position.after(entry.getSequence(), hash);
    }
    moved.put(chain, judged(position, entry, received, findings));
    placed
        .computeIfAbsent(new Place(chain, entry.getSequence()), place -> new ArrayList<>())
        .add(hash);
    return true;
  }

  /** What is too large for a leaf is not looked into. */
  private ChainPosition judged(
      ChainPosition position,
      AuditRecord entry,
      Received received,
      List<Finding.Builder> findings) {
    return LeafReader.fits(received.value()) ? checkHead(position, entry, findings) : position;
  }

  /** What follows a double of the record before it goes on from a fork. */
  private FindingKind brokenOrForked(ChainId chain, AuditRecord entry) {
    return entry.getSequence() > 0
            && at(chain, entry.getSequence() - 1).contains(entry.getPreviousHash())
        ? FindingKind.FINDING_KIND_FORK
        : FindingKind.FINDING_KIND_BROKEN_HASH;
  }

  private ChainPosition checkHead(
      ChainPosition position, AuditRecord entry, List<Finding.Builder> findings) {
    var head = HeadCheck.head(entry);
    if (head.isEmpty()) {
      return position;
    }
    ChainPosition shown = show(position, entry);
    var signer = shown.signers().get(head.get().getSignerFingerprint());
    if (signer == null || !HeadCheck.signed(entry, head.get(), signer)) {
      add(findings, entry, FindingKind.FINDING_KIND_BAD_SIGNATURE);
    }
    return shown;
  }

  private ChainPosition show(ChainPosition position, AuditRecord entry) {
    List<ByteString> certificates = HeadCheck.certificates(entry);
    if (certificates.isEmpty()) {
      return position;
    }
    ByteString fingerprint = LeafReader.sha256(certificates.getFirst());
    if (position.signers().containsKey(fingerprint)) {
      return position;
    }
    return heads.signer(entry).map(signer -> position.with(fingerprint, signer)).orElse(position);
  }

  private ChainPosition position(ChainId chain) {
    ChainPosition inBatch = moved.get(chain);
    return inBatch != null
        ? inBatch
        : begun.computeIfAbsent(chain, first -> known.apply(first).orElseGet(() -> fromLog(first)));
  }

  private ChainPosition fromLog(ChainId chain) {
    ChainPosition position = ChainPosition.START.withStrays(history.strays(chain));
    for (ByteString value : history.showingCertificates(chain)) {
      position = show(position, LeafReader.read(value).orElseThrow());
    }
    Optional<ChainLink> last = history.last(chain);
    return last.isEmpty() ? position : position.after(last.get().sequence(), last.get().hash());
  }

  private List<ByteString> at(ChainId chain, long sequence) {
    List<ByteString> all = new ArrayList<>(history.at(chain, sequence));
    all.addAll(placed.getOrDefault(new Place(chain, sequence), List.of()));
    return all;
  }

  private static ChainId chain(AuditRecord entry) {
    return new ChainId(entry.getService(), entry.getIncarnation());
  }

  private static void add(List<Finding.Builder> findings, AuditRecord entry, FindingKind kind) {
    findings.add(about(entry).setKind(kind));
  }

  private static Finding oversized(Received received, Optional<AuditRecord> read, long index) {
    return read.map(BatchReader::about)
        .orElseGet(Finding::newBuilder)
        .setKind(FindingKind.FINDING_KIND_OVERSIZED)
        .setLeafIndex(index)
        .setValueHash(LeafReader.sha256(received.value()))
        .build();
  }

  private static Finding.Builder about(AuditRecord entry) {
    return Finding.newBuilder()
        .setService(entry.getService())
        .setIncarnation(entry.getIncarnation())
        .setSequence(entry.getSequence());
  }
}
