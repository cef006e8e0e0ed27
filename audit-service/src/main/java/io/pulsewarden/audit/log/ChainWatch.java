package io.pulsewarden.audit.log;

import com.google.protobuf.ByteString;
import io.pulsewarden.contracts.audit.v1.Finding;
import io.pulsewarden.contracts.audit.v1.FindingKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Chains that have not ended, and when each spoke last. Its clock is the topic's: a chain is silent
 * when a record of whatever chain shows that it is, so that the same topic always gives the same
 * findings. Not thread-safe.
 */
final class ChainWatch {

  /** Six heartbeats. Part of the log's format: changing it changes which log a topic gives. */
  static final Duration SILENT_AFTER = Duration.ofSeconds(30);

  /** From then on the chain is not waited for any more. */
  static final Duration UNCLOSED_AFTER = Duration.ofMinutes(5);

  private final Map<ChainId, Watched> open;
  private final Map<ChainId, Optional<Watched>> changes = new HashMap<>();
  private long nothingBefore;

  /**
   * A chain that has not ended.
   *
   * @param silent whether that it is silent has been found
   */
  record Watched(long lastSequence, long lastAtMs, boolean silent) {
    long dueAtMs() {
      return lastAtMs + (silent ? UNCLOSED_AFTER : SILENT_AFTER).toMillis();
    }
  }

  ChainWatch(Map<ChainId, Watched> open) {
    this.open = new HashMap<>(open);
    this.nothingBefore = Long.MIN_VALUE;
  }

  /** For a batch that may fail. */
  ChainWatch copy() {
    ChainWatch copy = new ChainWatch(open);
    copy.nothingBefore = nothingBefore;
    return copy;
  }

  /** What is different from the one that this is a copy of; empty for a chain that has ended. */
  Map<ChainId, Optional<Watched>> changes() {
    return Map.copyOf(changes);
  }

  /** The chains whose silence a record of this time shows, in an order of their own. */
  List<Finding.Builder> overdue(long atMs) {
    if (atMs < nothingBefore) {
      return List.of();
    }
    List<Finding.Builder> found = new ArrayList<>();
    open.entrySet().stream()
        .filter(chain -> chain.getValue().dueAtMs() <= atMs)
        .sorted(
            Map.Entry.comparingByKey(
                Comparator.comparing(ChainId::service)
                    .thenComparing(
                        ChainId::incarnation, ByteString.unsignedLexicographicalComparator())))
        .toList()
        .forEach(chain -> found.add(silence(chain.getKey(), chain.getValue(), atMs)));
    nothingBefore = open.values().stream().mapToLong(Watched::dueAtMs).min().orElse(Long.MAX_VALUE);
    return found;
  }

  /** A chain has spoken. */
  void spoke(ChainId chain, long sequence, long atMs, boolean closed) {
    Watched before = open.get(chain);
    if (closed) {
      open.remove(chain);
      changes.put(chain, Optional.empty());
      return;
    }
    put(
        chain,
        new Watched(
            before == null ? sequence : Math.max(before.lastSequence(), sequence),
            before == null ? atMs : Math.max(before.lastAtMs(), atMs),
            false));
  }

  private Finding.Builder silence(ChainId chain, Watched watched, long atMs) {
    boolean ended = watched.lastAtMs() + UNCLOSED_AFTER.toMillis() <= atMs;
    if (ended) {
      open.remove(chain);
      changes.put(chain, Optional.empty());
    } else {
      put(chain, new Watched(watched.lastSequence(), watched.lastAtMs(), true));
    }
    return Finding.newBuilder()
        .setKind(ended ? FindingKind.FINDING_KIND_UNCLOSED : FindingKind.FINDING_KIND_SILENT)
        .setService(chain.service())
        .setIncarnation(chain.incarnation())
        .setSequence(watched.lastSequence());
  }

  private void put(ChainId chain, Watched watched) {
    open.put(chain, watched);
    changes.put(chain, Optional.of(watched));
    nothingBefore = Math.min(nothingBefore, watched.dueAtMs());
  }
}
