package io.pulsewarden.audit.log;

import static io.pulsewarden.audit.log.RowStore.buffer;
import static io.pulsewarden.audit.log.RowStore.bytes;

import com.google.protobuf.ByteString;
import io.pulsewarden.audit.checkpoint.LogConfiguration;
import io.pulsewarden.audit.merkle.Tile;
import io.pulsewarden.audit.search.IndexedEntry;
import io.pulsewarden.audit.search.IndexedFinding;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The log in PostgreSQL. Blocks: for virtual threads and the sequencer's own. Thread-safe.
 *
 * <p>Reading may be behind what is committed, never beside it: rows are only ever added.
 */
@ApplicationScoped
public class LogStore implements LogState {

  static final Duration PATIENCE = Duration.ofSeconds(15);

  private final RowStore store;
  private final TileStore tiles;
  private final CheckpointStore checkpoints;
  private final ChainStore chains;

  @Inject
  LogStore(Pool pool, LogConfiguration log) {
    this(pool, log.witnesses().quorum(), PATIENCE);
  }

  LogStore(Pool pool) {
    this(pool, 0, PATIENCE);
  }

  /**
   * @param patience for one answer of the database
   */
  LogStore(Pool pool, int quorum, Duration patience) {
    this.store = new RowStore(pool, patience);
    this.tiles = new TileStore(store);
    this.checkpoints = new CheckpointStore(store, quorum);
    this.chains = new ChainStore(store);
  }

  /** A stored checkpoint: the size of its tree, and the note as it was signed. */
  public record StoredCheckpoint(long size, String note) {}

  /** What a batch adds. */
  record Addition(
      List<Leaf> leaves,
      List<byte[]> hashes,
      List<Tile> tiles,
      ChainMoves chains,
      List<IndexedEntry> index,
      List<IndexedFinding> findings,
      Map<ChainId, Optional<ChainWatch.Watched>> watch) {}

  @Override
  public TreeHead head() {
    Row row =
        store.first("SELECT size, root, next_offset FROM tree_head", Tuple.tuple()).orElseThrow();
    return new TreeHead(row.getLong(0), bytes(row, 1), row.getLong(2));
  }

  /**
   * Commits a batch, if the log still is what the batch was made for.
   *
   * <p>One transaction: a crash before its commit leaves the log and the offset as they were, and
   * the records are read from Kafka again; a crash after it leaves a log that no checkpoint covers
   * yet, which the next sequencer signs. If the commit's answer is lost, either holds: the caller
   * reads the head again before it does anything else.
   *
   * @return false if another sequencer was first; nothing was changed then
   */
  @Override
  public boolean commit(TreeHead from, TreeHead to, Addition addition) {
    return store.inTransaction(connection -> BatchStore.add(connection, from, to, addition));
  }

  @Override
  public List<byte[]> read(int level, long tile, int width) {
    return tiles.read(level, tile, width);
  }

  /** The values of the leaves from an index on. */
  @Override
  public List<ByteString> leaves(long first, int count) {
    return store
        .rows(
            "SELECT value FROM log_leaf WHERE index >= $1 AND index < $2 ORDER BY index",
            Tuple.of(first, first + count))
        .stream()
        .map(row -> bytes(row, 0))
        .toList();
  }

  /** A value that was too large for a leaf, by its SHA-256. */
  public Optional<ByteString> blob(ByteString hash) {
    return store
        .first("SELECT value FROM log_blob WHERE hash = $1", Tuple.of(buffer(hash)))
        .map(row -> bytes(row, 0));
  }

  /**
   * Chains that have not ended. To be read after the head that they are used with: if they are
   * newer, the head has moved, and nothing can be committed on it.
   */
  @Override
  public Map<ChainId, ChainWatch.Watched> watched() {
    return ChainWatchStore.read(store);
  }

  /**
   * The published checkpoint: the newest that has its quorum, with the witnesses' lines. Without a
   * quorum, the newest that was signed.
   */
  public Optional<StoredCheckpoint> latestCheckpoint() {
    return checkpoints.published();
  }

  @Override
  public Optional<StoredCheckpoint> newestSigned() {
    return checkpoints.newestSigned();
  }

  @Override
  public Optional<StoredCheckpoint> newestCosigned(int atLeast) {
    return checkpoints.newestCosigned(atLeast);
  }

  @Override
  public OptionalLong publishedOffset() {
    return checkpoints.publishedOffset();
  }

  @Override
  public void storeCosigned(long size, String note, int cosignatures) {
    checkpoints.addCosigned(size, note, cosignatures);
  }

  /** Stores a checkpoint. Another instance may have stored one of the same tree; its own stays. */
  @Override
  public void storeCheckpoint(long size, String note) {
    checkpoints.add(size, note);
  }

  /**
   * Deletes checkpoints that are older than a week, but for the last of each day. One transaction:
   * a crash leaves all of them or the thinned ones, and nothing is promised of those that go.
   *
   * @return how many went
   */
  long thinCheckpoints() {
    return checkpoints.thin();
  }

  /** The verifier key that the log began with. */
  @Override
  public Optional<String> verifierKey() {
    return checkpoints.verifierKey();
  }

  /** Fixes the log's verifier key, once and for all. */
  @Override
  public void storeIdentity(String verifierKey) {
    checkpoints.addIdentity(verifierKey);
  }

  @Override
  public void completeChains(long size) {
    chains.complete(size);
  }

  @Override
  public Optional<ChainLink> last(ChainId chain) {
    return chains.last(chain);
  }

  @Override
  public Iterable<ByteString> showingCertificates(ChainId chain) {
    return chains.showingCertificates(chain);
  }

  @Override
  public List<ByteString> at(ChainId chain, long sequence) {
    return chains.at(chain, sequence);
  }

  @Override
  public int strays(ChainId chain) {
    return chains.strays(chain);
  }
}
