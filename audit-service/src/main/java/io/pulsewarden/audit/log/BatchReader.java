package io.pulsewarden.audit.log;

import com.google.protobuf.ByteString;
import io.pulsewarden.contracts.audit.v1.AuditRecord;
import io.pulsewarden.contracts.audit.v1.FindingKind;
import io.pulsewarden.contracts.audit.v1.SignedHead;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Decides what of a batch becomes a leaf, from the topic and the log alone: everything does, but
 * for a record that the log has already, byte for byte. Checks each chain on the way. One batch;
 * not thread-safe.
 */
final class BatchReader {

  private final ChainHistory history;
  private final HeadCheck heads;
  private final Function<ChainId, Optional<ChainPosition>> known;
  private final Map<ChainId, ChainPosition> moved = new HashMap<>();
  private final Map<Place, List<ByteString>> placed = new HashMap<>();
  private final List<Leaf> leaves = new ArrayList<>();
  private long duplicates;

  private record Place(ChainId chain, long sequence) {}

  /**
   * @param known positions that are remembered from earlier batches
   */
  BatchReader(
      ChainHistory history, HeadCheck heads, Function<ChainId, Optional<ChainPosition>> known) {
    this.history = history;
    this.heads = heads;
    this.known = known;
  }

  /** Takes the next record; {@code size} is what the log had before this batch. */
  void take(Received received, long size) {
    ByteString value = LeafReader.leafValue(received.value(), size + leaves.size());
    Optional<AuditRecord> read = LeafReader.read(value);
    if (read.isEmpty()) {
      leaves.add(
          new Leaf(
              received.offset(),
              value,
              Optional.empty(),
              List.of(FindingKind.FINDING_KIND_UNREADABLE)));
      return;
    }
    AuditRecord entry = read.get();
    ChainId chain = new ChainId(entry.getService(), entry.getIncarnation());
    ChainPosition position = position(chain);
    List<FindingKind> findings = new ArrayList<>();
    if (entry.getSequence() < position.nextSequence()) {
      List<ByteString> there = at(chain, entry.getSequence());
      if (there.contains(value)) {
        duplicates++;
        return;
      }
      if (!there.isEmpty()) {
        findings.add(FindingKind.FINDING_KIND_UNEQUAL_DUPLICATE);
      }
    } else {
      position = follow(position, entry, value, findings);
    }
    position = checkHead(position, entry, findings);
    moved.put(chain, position);
    placed
        .computeIfAbsent(new Place(chain, entry.getSequence()), place -> new ArrayList<>())
        .add(value);
    leaves.add(new Leaf(received.offset(), value, read, findings));
  }

  List<Leaf> leaves() {
    return leaves;
  }

  long duplicates() {
    return duplicates;
  }

  /** Where the batch's chains stand once it is committed. */
  Map<ChainId, ChainPosition> moved() {
    return moved;
  }

  private static ChainPosition follow(
      ChainPosition position, AuditRecord entry, ByteString value, List<FindingKind> findings) {
    if (entry.getSequence() > position.nextSequence()) {
      findings.add(FindingKind.FINDING_KIND_GAP);
    } else if (!entry.getPreviousHash().equals(position.lastHash())) {
      findings.add(FindingKind.FINDING_KIND_BROKEN_HASH);
    }
    return position.after(entry.getSequence(), LeafReader.sha256(value));
  }

  private ChainPosition checkHead(
      ChainPosition position, AuditRecord entry, List<FindingKind> findings) {
    Optional<SignedHead> head = HeadCheck.head(entry);
    if (head.isEmpty()) {
      return position;
    }
    ChainPosition shown = show(position, entry);
    PublicKey signer = shown.signers().get(head.get().getSignerFingerprint());
    if (signer == null || !HeadCheck.signed(entry, head.get(), signer)) {
      findings.add(FindingKind.FINDING_KIND_BAD_SIGNATURE);
    }
    return shown;
  }

  private ChainPosition show(ChainPosition position, AuditRecord entry) {
    List<ByteString> certificates = HeadCheck.certificates(entry);
    if (certificates.isEmpty()) {
      return position;
    }
    ByteString fingerprint = LeafReader.sha256(certificates.getFirst());
    return heads.signer(entry).map(signer -> position.with(fingerprint, signer)).orElse(position);
  }

  private ChainPosition position(ChainId chain) {
    ChainPosition inBatch = moved.get(chain);
    return inBatch != null ? inBatch : known.apply(chain).orElseGet(() -> fromLog(chain));
  }

  private ChainPosition fromLog(ChainId chain) {
    ChainPosition position = ChainPosition.START;
    for (ByteString value : history.showingCertificates(chain)) {
      position = show(position, LeafReader.read(value).orElseThrow());
    }
    Optional<ByteString> last = history.last(chain);
    if (last.isEmpty()) {
      return position;
    }
    long sequence = LeafReader.read(last.get()).orElseThrow().getSequence();
    return position.after(sequence, LeafReader.sha256(last.get()));
  }

  private List<ByteString> at(ChainId chain, long sequence) {
    List<ByteString> all = new ArrayList<>(history.at(chain, sequence));
    all.addAll(placed.getOrDefault(new Place(chain, sequence), List.of()));
    return all;
  }
}
