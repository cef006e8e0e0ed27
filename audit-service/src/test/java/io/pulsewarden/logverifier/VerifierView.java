package io.pulsewarden.logverifier;

import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** How the verifier sees entries, for tests that hold the server to it. */
public final class VerifierView {

  private VerifierView() {}

  /** What an entry says, as text. */
  public static String read(byte[] value) {
    LogEntry entry = LogEntry.read(value);
    if (entry.chained() != null) {
      return text(entry.chained());
    }
    return entry.derived() == null ? "none" : text(entry.derived());
  }

  private static String text(ChainRecord read) {
    HexFormat hex = HexFormat.of();
    ChainRecord.Head head = read.head();
    return String.join(
        "|",
        "chained",
        read.service(),
        hex.formatHex(read.incarnation()),
        Long.toString(read.sequence()),
        hex.formatHex(read.previousHash()),
        Long.toString(read.recordedAtMs()),
        Boolean.toString(read.needsHead()),
        Boolean.toString(read.isClosed()),
        Boolean.toString(read.isHeartbeat()),
        Boolean.toString(read.opensProcess()),
        head == null ? "" : hex.formatHex(head.signature()),
        head == null ? "" : hex.formatHex(head.fingerprint()),
        read.certificates().stream().map(hex::formatHex).toList().toString());
  }

  private static String text(DerivedFinding derived) {
    HexFormat hex = HexFormat.of();
    return String.join(
        "|",
        "derived",
        Integer.toString(derived.kind()),
        derived.service(),
        hex.formatHex(derived.incarnation()),
        Long.toString(derived.sequence()),
        Long.toString(derived.leafIndex()),
        hex.formatHex(derived.valueHash()));
  }

  /** What is wrong with the producers' chains of a log. */
  public static List<Problem> problems(List<byte[]> log) {
    return producers(log).problems();
  }

  /** The indexes of what the log says is wrong with itself. */
  public static List<Long> findings(List<byte[]> log) {
    return producers(log).findings().stream().map(Problem::index).toList();
  }

  private static Producers producers(List<byte[]> log) {
    Producers producers = new Producers(Optional.empty());
    for (int i = 0; i < log.size(); i++) {
      producers.take(i, log.get(i));
    }
    producers.end();
    return producers;
  }
}
