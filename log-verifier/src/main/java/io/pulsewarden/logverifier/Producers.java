package io.pulsewarden.logverifier;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
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

  private static final byte[] DOMAIN =
      "pulsewarden-audit-head-v1\0".getBytes(StandardCharsets.US_ASCII);

  private final Optional<ServiceCa> ca;
  private final Map<ChainName, Chain> chains = new HashMap<>();
  private final List<Problem> problems = new ArrayList<>();
  private final List<Problem> findings = new ArrayList<>();
  private final Map<Long, byte[]> oversized = new LinkedHashMap<>();
  private long unchained;
  private long skipped;
  private long unverifiable;
  private @Nullable DerivedFinding standIn;
  private long standInIndex;

  /** How far a chain came. */
  private static final class Chain {
    private long nextSequence;
    private byte[] lastHash = new byte[Hashes.BYTES];
    private long unsigned;
    private boolean closed;

    /** Its beginning was pruned. */
    private boolean continued;

    private final Map<String, PublicKey> signers = new HashMap<>();
  }

  Producers(Optional<ServiceCa> ca) {
    this.ca = ca;
  }

  /** An entry that is not there, and does not have to be. */
  void skip() {
    skipped++;
  }

  void take(long index, byte[] entry) {
    take(index, LogEntry.read(entry));
  }

  void take(long index, LogEntry entry) {
    DerivedFinding derived = entry.derived();
    settleStandIn(derived);
    if (derived != null) {
      take(index, derived);
      return;
    }
    ChainRecord read = entry.chained();
    if (read == null) {
      unchained++;
      return;
    }
    Chain chain =
        chains.computeIfAbsent(read.chain(), name -> begun(read.sequence(), read.previousHash()));
    if (read.sequence() < chain.nextSequence) {
      problem(index, read, "stands in the log a second time, or is another one's double");
      return;
    }
    if (read.sequence() > chain.nextSequence) {
      problem(index, read, "follows a gap: " + chain.nextSequence + " is missing");
    } else if (!Arrays.equals(read.previousHash(), chain.lastHash)) {
      problem(index, read, "does not name the hash of the record before it");
    }
    chain.nextSequence = read.sequence() + 1;
    chain.lastHash = entry.hash();
    chain.closed = read.isClosed();
    chain.unsigned++;
    if (read.needsHead()) {
      checkHead(index, read, chain);
    }
  }

  /** Where entries are gone, a chain may have begun in them. */
  private Chain begun(long sequence, byte[] previousHash) {
    Chain chain = new Chain();
    if (skipped > 0 && sequence > 0) {
      chain.continued = true;
      chain.nextSequence = sequence;
      chain.lastHash = previousHash;
    }
    return chain;
  }

  private void take(long index, DerivedFinding derived) {
    if (derived.kind() == DerivedFinding.OVERSIZED && derived.leafIndex() == index) {
      standIn = derived;
      standInIndex = index;
    } else if (derived.leafIndex() < index) {
      findings.add(new Problem(index, "the log found " + derived.text()));
    } else {
      unchained++;
    }
  }

  /**
   * A producer may send what looks like the keeper's: then the keeper has said, right behind it,
   * that it could not be read as a record.
   */
  private void settleStandIn(@Nullable DerivedFinding next) {
    DerivedFinding waiting = standIn;
    standIn = null;
    if (waiting == null) {
      return;
    }
    if (next != null
        && next.kind() == DerivedFinding.UNREADABLE
        && next.leafIndex() == standInIndex) {
      unchained++;
      return;
    }
    oversized.put(standInIndex, waiting.valueHash());
    findings.add(new Problem(standInIndex, "the log found " + waiting.text()));
    if (waiting.standsForRecord()) {
      Chain chain =
          chains.computeIfAbsent(
              waiting.chain(), name -> begun(waiting.sequence(), new byte[Hashes.BYTES]));
      if (waiting.sequence() != chain.nextSequence) {
        problems.add(new Problem(standInIndex, waiting.text() + " is out of its place"));
      }
      chain.nextSequence = Math.max(chain.nextSequence, waiting.sequence() + 1);
      chain.lastHash = waiting.valueHash();
      chain.unsigned++;
    }
  }

  /** To be called after the last entry. */
  void end() {
    settleStandIn(null);
  }

  private void checkHead(long index, ChainRecord read, Chain chain) {
    showCertificate(index, read, chain);
    ChainRecord.Head head = read.head();
    PublicKey signer = head == null ? null : chain.signers.get(hex(head.fingerprint()));
    if (head != null && signer == null && chain.continued) {
      unverifiable++;
      return;
    }
    if (head == null || signer == null || !signed(read, head, signer)) {
      problem(index, read, "has a head that its service did not sign");
    } else {
      chain.unsigned = 0;
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
      chain.signers.put(hex(Hashes.sha256(own)), ServiceCa.parse(own).getPublicKey());
    } catch (GeneralSecurityException malformed) {
      problem(index, read, "shows a certificate that is none");
    }
  }

  private static boolean signed(ChainRecord read, ChainRecord.Head head, PublicKey signer) {
    byte[] sequence = ByteBuffer.allocate(Long.BYTES).putLong(read.sequence()).array();
    try {
      Signature verifier = Signature.getInstance("SHA256withECDSA");
      verifier.initVerify(signer);
      verifier.update(DOMAIN);
      verifier.update((read.service() + "\0").getBytes(StandardCharsets.UTF_8));
      verifier.update(read.incarnation());
      verifier.update(sequence);
      verifier.update(read.previousHash());
      return verifier.verify(head.signature());
    } catch (GeneralSecurityException malformed) {
      return false;
    }
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
    return skipped;
  }

  /** Heads whose certificate only entries showed that are not there. */
  long unverifiable() {
    return unverifiable;
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

  /** The problem that comes first in the log. */
  @Nullable Problem first() {
    return problems.isEmpty() ? null : problems.getFirst();
  }
}
