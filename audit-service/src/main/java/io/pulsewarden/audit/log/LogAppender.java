package io.pulsewarden.audit.log;

import com.google.protobuf.ByteString;
import io.pulsewarden.audit.merkle.Frontier;
import io.pulsewarden.audit.merkle.MerkleHash;
import io.pulsewarden.audit.merkle.Tile;
import io.pulsewarden.audit.search.IndexedEntry;
import io.pulsewarden.audit.search.IndexedFinding;
import io.pulsewarden.contracts.audit.v1.Finding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Adds batches to the log. What keeps it from forking is the compare-and-swap in {@link
 * LogStore#commit}: any number of appenders may work at once. One thread, but for {@link #commit}.
 */
final class LogAppender {

  private static final int REMEMBERED_CHAINS = 10_000;
  private static final int READ_AT_ONCE = 1000;

  private final LogState store;
  private final HeadCheck heads;
  private final Map<ChainId, ChainPosition> chains =
      new LinkedHashMap<>(256, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ChainId, ChainPosition> eldest) {
          return size() > REMEMBERED_CHAINS;
        }
      };
  private @Nullable State state;

  /** What the next batch builds on. */
  private record State(TreeHead head, Frontier frontier, ChainWatch watch) {}

  LogAppender(LogState store, HeadCheck heads) {
    this.store = store;
    this.heads = heads;
  }

  /**
   * The log as it is committed now.
   *
   * @throws IllegalStateException if its tiles don't give its root: it must not be built upon
   */
  TreeHead head() {
    return state().head();
  }

  /** Forgets what it knows, and reads it again when it is needed. */
  void forget() {
    state = null;
    chains.clear();
  }

  /**
   * A batch that can be committed, once the one that it builds upon is.
   *
   * @param duplicates records that the log has already
   */
  record Prepared(TreeHead from, TreeHead to, LogStore.Addition addition, long duplicates) {}

  /**
   * Makes the next records of the topic a batch, without a gap, from the end of the batch before it
   * on. That one may be on its way to the database still: if it does not get there, {@link #forget}
   * has to be called, and this one goes as well.
   *
   * @param lane on which that one may be
   */
  Prepared prepare(List<Received> batch, CommitLane lane) {
    return prepare(batch, new SettledHistory(store, lane));
  }

  private Prepared prepare(List<Received> batch, ChainHistory history) {
    State from = state();
    state = null;
    if (heads.refresh()) {
      // What a chain has shown is judged anew, as who begins with the log judges it.
      chains.clear();
    }
    BatchReader reader =
        new BatchReader(
            history,
            heads,
            chain -> Optional.ofNullable(chains.get(chain)),
            from.watch().copy(),
            from.head().size());
    batch.forEach(reader::take);
    Frontier frontier = from.frontier().copy();
    LogStore.Addition addition = addition(reader, frontier);
    TreeHead to =
        new TreeHead(
            frontier.size(), ByteString.copyFrom(frontier.root()), batch.getLast().offset() + 1);
    state = new State(to, frontier, reader.watch().copy());
    chains.putAll(reader.moved());
    return new Prepared(from.head(), to, addition, reader.duplicates());
  }

  /** Commits a batch. If this throws, nobody knows what the log is until it is read again. */
  AppendOutcome commit(Prepared batch) {
    return store.commit(batch.from(), batch.to(), batch.addition())
        ? new AppendOutcome.Committed(batch.to(), batch.addition().leaves(), batch.duplicates())
        : new AppendOutcome.Overtaken();
  }

  /** Adds the next records of the topic, without a gap, from the head's next offset on. */
  AppendOutcome append(List<Received> batch) {
    boolean added = false;
    try {
      AppendOutcome outcome = commit(prepare(batch, store));
      added = outcome instanceof AppendOutcome.Committed;
      return outcome;
    } finally {
      if (!added) {
        forget();
      }
    }
  }

  /**
   * What the log found of itself in entries that no checkpoint covers yet.
   *
   * @param from an index, below which it is known already
   */
  List<Finding> unsignedFindings(long from) {
    long signed = store.newestSigned().map(LogStore.StoredCheckpoint::size).orElse(0L);
    long size = head().size();
    Disowned disowned = new Disowned(store::leaves);
    List<Finding> found = new ArrayList<>();
    for (long at = Math.max(from, signed); at < size; at += READ_AT_ONCE) {
      List<ByteString> values = store.leaves(at, (int) Math.min(READ_AT_ONCE, size - at));
      for (int i = 0; i < values.size(); i++) {
        long index = at + i;
        DerivedRecord.finding(values.get(i))
            .filter(finding -> !disowned.contains(index))
            .ifPresent(found::add);
      }
    }
    return found;
  }

  private static LogStore.Addition addition(BatchReader reader, Frontier frontier) {
    List<Leaf> leaves = reader.leaves();
    List<byte[]> hashes = new ArrayList<>(leaves.size());
    List<Tile> tiles = new ArrayList<>();
    List<ChainEntry> chained = new ArrayList<>(leaves.size());
    List<IndexedEntry> index = new ArrayList<>(leaves.size());
    List<IndexedFinding> findings = new ArrayList<>();
    for (Leaf leaf : leaves) {
      long at = frontier.size();
      byte[] hash = MerkleHash.leaf(leaf.value().toByteArray());
      hashes.add(hash);
      frontier.append(hash, tiles);
      Optional<ChainEntry> entry = leaf.chained(at);
      entry.ifPresent(chained::add);
      leaf.record()
          .ifPresent(
              read ->
                  index.add(
                      new IndexedEntry(
                          at, read, entry.filter(ChainEntry::showsCertificate).isPresent())));
      leaf.finding().ifPresent(finding -> findings.add(new IndexedFinding(at, finding)));
    }
    return new LogStore.Addition(
        leaves,
        hashes,
        tiles,
        ChainMoves.of(chained, reader::before),
        index,
        findings,
        reader.watch().changes());
  }

  private State state() {
    State known = state;
    if (known == null) {
      // A look in between may have failed half-way: chains are remembered with their head only.
      chains.clear();
      TreeHead head = store.head();
      Frontier frontier = Frontier.of(head.size(), store);
      if (!head.root().equals(ByteString.copyFrom(frontier.root()))) {
        throw new IllegalStateException("the log's tiles do not give its root");
      }
      store.completeChains(head.size());
      known = new State(head, frontier, new ChainWatch(store.watched()));
      state = known;
    }
    return known;
  }
}
