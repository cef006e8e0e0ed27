package io.pulsewarden.logverifier;

import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Follows the producers' chains through the log: what a producer wrote and signed, the log's keeper
 * can't drop, change or reorder unseen. Not thread-safe.
 */
final class Producers {

  private final Optional<ServiceCa> ca;
  private final Map<ChainName, Chain> chains = new HashMap<>();
  private final Map<ChainName, Long> silences = new HashMap<>();
  private final Map<String, Signer> shown = new HashMap<>();
  private final HourAgo hour = new HourAgo();
  private final Beginnings beginnings = new Beginnings();
  private final List<Problem> problems = new ArrayList<>();
  private final List<Problem> findings = new ArrayList<>();
  private final List<Problem> doubtful = new ArrayList<>();
  private final Map<Long, byte[]> oversized = new LinkedHashMap<>();
  private Instant prunedBefore = Instant.MIN;
  private long unchained;
  private long unverifiable;
  private @Nullable DerivedFinding held;
  private long heldIndex;
  private long behindHeld;

  Producers(Optional<ServiceCa> ca) {
    this.ca = ca;
  }

  /** What may be missing was in the log before this time. */
  void prunedBefore(Instant time) {
    prunedBefore = time;
  }

  /** An entry that is not there, and does not have to be. */
  void skip(long index) {
    settle();
    beginnings.skip(index);
  }

  void take(long index, byte[] entry) {
    take(index, LogEntry.read(entry));
  }

  void take(long index, LogEntry entry) {
    DerivedFinding derived = entry.derived();
    if (held != null && derived != null && derived.disowns(heldIndex + behindHeld)) {
      behindHeld++;
      return;
    }
    settle();
    if (derived != null) {
      held = derived;
      heldIndex = index;
      behindHeld = 0;
      return;
    }
    ChainRecord read = entry.chained();
    if (read == null) {
      unchained++;
      return;
    }
    beginnings.kept(read.recordedAtMs(), prunedBefore);
    Chain chain = chain(index, read.chain(), read.sequence(), read.previousHash());
    if (read.sequence() < chain.nextSequence) {
      problem(index, read, "stands in the log a second time, or is another one's double");
      return;
    }
    if (read.sequence() > chain.nextSequence) {
      problem(index, read, "follows a gap: " + chain.nextSequence + " is missing");
    } else if (!Arrays.equals(read.previousHash(), chain.lastHash)) {
      problem(index, read, "does not name the hash of the record before it");
    }
    chain.moved(index, read.sequence(), entry.hash());
    chain.closed = read.isClosed();
    if (read.opensProcess()) {
      chain.heartbeats = hour.new Beats();
    } else if (chain.closed) {
      chain.heartbeats = null;
    }
    if (read.needsHead()) {
      checkHead(index, read, chain);
    }
  }

  private Chain chain(long index, ChainName name, long sequence, byte[] previousHash) {
    Chain known = chains.get(name);
    if (known != null) {
      return known;
    }
    Chain begun = Chain.fromItsBeginning();
    if (beginnings.mayBeMissing() && sequence > 0) {
      begun = Chain.continuedAt(sequence, previousHash);
      // One that was silent for so long, the log has said so of, but perhaps in what was pruned.
      if (beginnings.areLongAgo(hour) && !isSaidSilent(name, sequence - 1)) {
        doubtful.add(
            new Problem(
                index,
                name.text()
                    + " begins with record "
                    + sequence
                    + ", an hour or more after what was pruned: it was silent since, or its"
                    + " beginning was dropped"));
      }
    }
    chains.put(name, begun);
    return begun;
  }

  /**
   * A producer may send what looks like the keeper's: then the keeper has said, right behind it,
   * that it could not be read as a record. A producer may send that as well: of a run of entries
   * each of which says so of the one before it the last is the keeper's, the one before that is
   * not, and so on.
   */
  private void settle() {
    DerivedFinding first = held;
    held = null;
    if (first == null) {
      return;
    }
    if (behindHeld % 2 == 0) {
      believe(first);
    } else {
      unchained++;
    }
    for (long behind = 1; behind <= behindHeld; behind++) {
      if ((behindHeld - behind) % 2 == 0) {
        found(heldIndex + behind, DerivedFinding.NO_RECORD);
      } else {
        unchained++;
      }
    }
  }

  private void believe(DerivedFinding waiting) {
    if (waiting.standsIn(heldIndex)) {
      found(heldIndex, waiting.text());
      oversized.put(heldIndex, waiting.valueHash());
      if (waiting.standsForRecord()) {
        follow(heldIndex, waiting);
      }
    } else if (waiting.leafIndex() < heldIndex) {
      found(heldIndex, waiting.text());
      if (waiting.saysSilent()) {
        silences.merge(waiting.chain(), waiting.sequence(), Math::max);
      }
    } else {
      unchained++;
    }
  }

  private void found(long index, String what) {
    findings.add(new Problem(index, "the log found " + what));
  }

  /** What stands for a record too large for an entry. One out of its place moves nothing. */
  private void follow(long index, DerivedFinding standIn) {
    Chain chain = chain(index, standIn.chain(), standIn.sequence(), new byte[Hashes.BYTES]);
    if (standIn.sequence() != chain.nextSequence) {
      problems.add(new Problem(index, standIn.text() + " is out of its place"));
    }
    if (standIn.sequence() >= chain.nextSequence) {
      chain.moved(index, standIn.sequence(), standIn.valueHash());
      chain.endsUnread = true;
    }
  }

  /** To be called after the last entry. */
  void end() {
    settle();
    chains.forEach(
        (name, chain) -> {
          long last = chain.nextSequence - 1;
          boolean open = !chain.closed && !chain.endsUnread;
          if (open && chain.lastIndex <= hour.place() && !isSaidSilent(name, last)) {
            problems.add(
                new Problem(
                    chain.lastIndex,
                    "record "
                        + last
                        + " of "
                        + name.text()
                        + " is its last, for an hour or more, and the log neither has its end nor"
                        + " says that it fell silent: what came after it is missing"));
          }
        });
  }

  private boolean isSaidSilent(ChainName name, long sequence) {
    return Long.valueOf(sequence).equals(silences.get(name));
  }

  private void checkHead(long index, ChainRecord read, Chain chain) {
    showCertificate(index, read, chain);
    ChainRecord.Head head = read.head();
    Signer signer = head == null ? null : chain.signers.get(hex(head.fingerprint()));
    if (head != null && signer == null && chain.continued) {
      signer = shown.get(shownAs(read.service(), hex(head.fingerprint())));
      hidden(index, read, chain, signer);
      if (signer == null) {
        unverifiable++;
        return;
      }
    }
    if (head == null || signer == null || !signer.signed(read, head)) {
      problem(index, read, "has a head that its service did not sign");
      return;
    }
    chain.unsigned = 0;
    HourAgo.Beats process = chain.heartbeats;
    if (process != null && read.isHeartbeat()) {
      process.beat(index);
    }
  }

  private void hidden(long index, ChainRecord read, Chain chain, @Nullable Signer signer) {
    String objection = beginnings.objection(read.recordedAtMs(), signer);
    if (objection != null && !chain.hidesSigner) {
      chain.hidesSigner = true;
      problem(index, read, objection);
    }
  }

  private void showCertificate(long index, ChainRecord read, Chain chain) {
    if (read.certificates().isEmpty()) {
      return;
    }
    byte[] own = read.certificates().getFirst();
    Optional<String> objection =
        ca.flatMap(
            vouching ->
                vouching.objection(read.certificates(), read.service(), read.recordedAtMs()));
    if (objection.isPresent()) {
      problem(index, read, objection.get());
      return;
    }
    try {
      String fingerprint = hex(Hashes.sha256(own));
      Signer signer = Signer.of(own);
      chain.signers.put(fingerprint, signer);
      shown.put(shownAs(read.service(), fingerprint), signer);
    } catch (GeneralSecurityException malformed) {
      problem(index, read, "shows a certificate that is none");
    }
  }

  /** One service's certificate says nothing of another's heads. */
  private static String shownAs(String service, String fingerprint) {
    return service + "/" + fingerprint;
  }

  private void problem(long index, ChainRecord read, String what) {
    problems.add(
        new Problem(
            index, "record " + read.sequence() + " of " + read.chain().text() + " " + what));
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  List<Problem> problems() {
    return problems;
  }

  int chains() {
    return chains.size();
  }

  /** Records that no signed head covers yet: the newest of each chain. */
  long unsigned() {
    return chains.values().stream().mapToLong(chain -> chain.unsigned).sum();
  }

  /** Chains whose last record in the log does not close them. */
  long open() {
    return chains.values().stream().filter(chain -> !chain.closed).count();
  }

  /** Entries that are not there. */
  long skipped() {
    return beginnings.skipped();
  }

  /** Heads whose certificate only entries showed that are not there. */
  long unverifiable() {
    return unverifiable;
  }

  /** Chains whose beginning is missing, and should perhaps not be. */
  List<Problem> doubtful() {
    return doubtful;
  }

  /** Entries that are no records of a chain. */
  long unchained() {
    return unchained;
  }

  /** What the log says is wrong with itself. */
  List<Problem> findings() {
    return findings;
  }

  /** Hashes of values that are too large for an entry, by the index of what stands for them. */
  Map<Long, byte[]> oversized() {
    return oversized;
  }
}
