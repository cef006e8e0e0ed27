package io.pulsewarden.audit.log;

import com.google.protobuf.ByteString;
import io.pulsewarden.audit.checkpoint.LogConfiguration;
import io.pulsewarden.audit.merkle.Tile;
import io.pulsewarden.audit.search.EntryIndexStore;
import io.pulsewarden.audit.search.FindingIndexStore;
import io.pulsewarden.audit.search.IndexedEntry;
import io.pulsewarden.audit.search.IndexedFinding;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
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

  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final Pool pool;
  private final int quorum;

  @Inject
  LogStore(Pool pool, LogConfiguration log) {
    this(pool, log.witnesses().quorum());
  }

  LogStore(Pool pool) {
    this(pool, 0);
  }

  LogStore(Pool pool, int quorum) {
    this.pool = pool;
    this.quorum = quorum;
  }

  /** A stored checkpoint: the size of its tree, and the note as it was signed. */
  public record StoredCheckpoint(long size, String note) {}

  /** What a batch adds. */
  record Addition(
      List<Leaf> leaves,
      List<byte[]> hashes,
      List<Tile> tiles,
      List<IndexedEntry> index,
      List<IndexedFinding> findings,
      Map<ChainId, Optional<ChainWatch.Watched>> watch) {}

  @Override
  public TreeHead head() {
    Row row = query("SELECT size, root, next_offset FROM tree_head", Tuple.tuple()).getFirst();
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
    return await(pool.withTransaction(connection -> commit(connection, from, to, addition)));
  }

  private static Uni<Boolean> commit(
      SqlConnection connection, TreeHead from, TreeHead to, Addition addition) {
    return connection
        .preparedQuery("SELECT advance_tree_head($1, $2, $3, $4, $5, $6)")
        .execute(
            Tuple.from(
                List.of(
                    from.size(),
                    buffer(from.root()),
                    from.nextOffset(),
                    to.size(),
                    buffer(to.root()),
                    to.nextOffset())))
        .flatMap(
            rows ->
                rows.iterator().next().getBoolean(0)
                    ? insert(connection, from.size(), addition).replaceWith(true)
                    : Uni.createFrom().item(false));
  }

  private static Uni<Void> insert(SqlConnection connection, long first, Addition addition) {
    if (addition.leaves().isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return insertLeaves(connection, first, addition)
        .flatMap(done -> insertTiles(connection, addition.tiles()))
        .flatMap(done -> insertBlobs(connection, addition.leaves()))
        .flatMap(done -> EntryIndexStore.insert(connection, addition.index()))
        .flatMap(done -> FindingIndexStore.insert(connection, addition.findings()))
        .flatMap(done -> ChainWatchStore.save(connection, addition.watch()));
  }

  private static Uni<Void> insertLeaves(SqlConnection connection, long first, Addition addition) {
    int count = addition.leaves().size();
    Long[] offsets = new Long[count];
    Buffer[] values = new Buffer[count];
    Buffer[] hashes = new Buffer[count];
    for (int i = 0; i < count; i++) {
      offsets[i] = addition.leaves().get(i).offset();
      values[i] = buffer(addition.leaves().get(i).value());
      hashes[i] = Buffer.buffer(addition.hashes().get(i));
    }
    return connection
        .preparedQuery(
            """
            INSERT INTO log_leaf (index, value, hash, kafka_offset)
            SELECT $1 + place - 1, value, hash, kafka_offset
            FROM unnest($2::bytea[], $3::bytea[], $4::bigint[])
                WITH ORDINALITY AS added (value, hash, kafka_offset, place)\
            """)
        .execute(Tuple.of(first, values, hashes, offsets))
        .replaceWithVoid();
  }

  private static Uni<Void> insertTiles(SqlConnection connection, List<Tile> tiles) {
    if (tiles.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    List<Tuple> rows = new ArrayList<>();
    for (Tile tile : tiles) {
      rows.add(
          Tuple.of(
              (short) tile.level(),
              tile.index(),
              Buffer.buffer(tile.hashes()),
              Buffer.buffer(tile.root())));
    }
    return connection
        .preparedQuery("INSERT INTO log_tile (level, tile, hashes, root) VALUES ($1, $2, $3, $4)")
        .executeBatch(rows)
        .replaceWithVoid();
  }

  /** A value may come twice, under two places of a chain; it is kept once. */
  private static Uni<Void> insertBlobs(SqlConnection connection, List<Leaf> leaves) {
    List<Tuple> rows = new ArrayList<>();
    for (Leaf leaf : leaves) {
      leaf.blob()
          .ifPresent(blob -> rows.add(Tuple.of(buffer(LeafReader.sha256(blob)), buffer(blob))));
    }
    return rows.isEmpty()
        ? Uni.createFrom().voidItem()
        : connection
            .preparedQuery(
                "INSERT INTO log_blob (hash, value) VALUES ($1, $2) ON CONFLICT DO NOTHING")
            .executeBatch(rows)
            .replaceWithVoid();
  }

  @Override
  public List<byte[]> read(int level, long tile, int width) {
    List<byte[]> hashes =
        width == Tile.WIDTH ? fullTile(level, tile) : partialTile(level, tile, width);
    if (hashes.size() != width) {
      throw new IllegalStateException("a tile that the log must have is missing");
    }
    return hashes;
  }

  private List<byte[]> fullTile(int level, long tile) {
    List<byte[]> hashes = new ArrayList<>(Tile.WIDTH);
    for (Row row :
        query(
            "SELECT hashes FROM log_tile WHERE level = $1 AND tile = $2",
            Tuple.of((short) level, tile))) {
      hashes.addAll(Tile.split(bytes(row, 0).toByteArray()));
    }
    return hashes;
  }

  private List<byte[]> partialTile(int level, long tile, int width) {
    long first = tile * Tile.WIDTH;
    List<Row> rows =
        level == 0
            ? query(
                "SELECT hash FROM log_leaf WHERE index >= $1 AND index < $2 ORDER BY index",
                Tuple.of(first, first + width))
            : query(
                "SELECT root FROM log_tile WHERE level = $3 AND tile >= $1 AND tile < $2"
                    + " ORDER BY tile",
                Tuple.of(first, first + width, (short) (level - 1)));
    if (level == 0 && rows.size() < width) {
      // The leaves were pruned: a full tile has their hashes.
      List<byte[]> full = fullTile(level, tile);
      return full.size() < width ? full : full.subList(0, width);
    }
    return rows.stream().map(row -> bytes(row, 0).toByteArray()).toList();
  }

  /** The values of the leaves from an index on. */
  public List<ByteString> leaves(long first, int count) {
    return query(
            "SELECT value FROM log_leaf WHERE index >= $1 AND index < $2 ORDER BY index",
            Tuple.of(first, first + count))
        .stream()
        .map(row -> bytes(row, 0))
        .toList();
  }

  /** A value that was too large for a leaf, by its SHA-256. */
  public Optional<ByteString> blob(ByteString hash) {
    return query("SELECT value FROM log_blob WHERE hash = $1", Tuple.of(buffer(hash))).stream()
        .map(row -> bytes(row, 0))
        .findFirst();
  }

  /**
   * Chains that have not ended. To be read after the head that they are used with: if they are
   * newer, the head has moved, and nothing can be committed on it.
   */
  @Override
  public Map<ChainId, ChainWatch.Watched> watched() {
    return ChainWatchStore.read(pool, PATIENCE);
  }

  /**
   * The published checkpoint: the newest that has its quorum, with the witnesses' lines. Without a
   * quorum, the newest that was signed.
   */
  public Optional<StoredCheckpoint> latestCheckpoint() {
    return quorum > 0
        ? newestCosigned(quorum)
        : checkpoint(
            """
            SELECT size, coalesce(
                (SELECT note FROM log_cosigned WHERE size = signed.size
                 ORDER BY cosignatures DESC LIMIT 1), note)
            FROM log_checkpoint signed ORDER BY size DESC LIMIT 1\
            """,
            Tuple.tuple());
  }

  @Override
  public Optional<StoredCheckpoint> newestSigned() {
    return checkpoint(
        "SELECT size, note FROM log_checkpoint ORDER BY size DESC LIMIT 1", Tuple.tuple());
  }

  @Override
  public Optional<StoredCheckpoint> newestCosigned(int atLeast) {
    return checkpoint(
        """
        SELECT size, note FROM log_cosigned WHERE cosignatures >= $1
        ORDER BY size DESC, cosignatures DESC LIMIT 1\
        """,
        Tuple.of(atLeast));
  }

  private Optional<StoredCheckpoint> checkpoint(String sql, Tuple parameters) {
    return query(sql, parameters).stream()
        .map(row -> new StoredCheckpoint(row.getLong(0), row.getString(1)))
        .findFirst();
  }

  @Override
  public OptionalLong publishedOffset() {
    return latestCheckpoint().stream()
        .flatMap(
            newest ->
                query(
                    "SELECT kafka_offset FROM log_leaf WHERE index = $1",
                    Tuple.of(newest.size() - 1))
                    .stream())
        .mapToLong(row -> row.getLong(0))
        .findFirst();
  }

  @Override
  public void storeCosigned(long size, String note, int cosignatures) {
    query(
        """
        INSERT INTO log_cosigned (size, note, cosignatures) VALUES ($1, $2, $3)
        ON CONFLICT DO NOTHING\
        """,
        Tuple.of(size, note, cosignatures));
  }

  /** Stores a checkpoint. Another instance may have stored one of the same tree; its own stays. */
  @Override
  public void storeCheckpoint(long size, String note) {
    query(
        "INSERT INTO log_checkpoint (size, note) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        Tuple.of(size, note));
  }

  /** The verifier key that the log began with. */
  @Override
  public Optional<String> verifierKey() {
    return query("SELECT verifier_key FROM log_identity", Tuple.tuple()).stream()
        .map(row -> row.getString(0))
        .findFirst();
  }

  /** Fixes the log's verifier key, once and for all. */
  @Override
  public void storeIdentity(String verifierKey) {
    query(
        "INSERT INTO log_identity (verifier_key) VALUES ($1) ON CONFLICT DO NOTHING",
        Tuple.of(verifierKey));
  }

  @Override
  public Optional<ChainLink> last(ChainId chain) {
    return values(
            """
            WHERE incarnation = $1 AND service = $2 ORDER BY sequence DESC, leaf_index LIMIT 1\
            """,
            chainTuple(chain))
        .stream()
        .findFirst()
        .map(ChainLink::of);
  }

  @Override
  public List<ByteString> showingCertificates(ChainId chain) {
    return values(
        "WHERE incarnation = $1 AND service = $2 AND shows_certificate ORDER BY leaf_index",
        chainTuple(chain));
  }

  @Override
  public List<ByteString> at(ChainId chain, long sequence) {
    return values(
            "WHERE incarnation = $1 AND service = $2 AND sequence = $3 ORDER BY leaf_index",
            chainTuple(chain).addLong(sequence))
        .stream()
        .map(leaf -> ChainLink.of(leaf).hash())
        .toList();
  }

  private List<ByteString> values(String where, Tuple parameters) {
    return query(
            "SELECT value FROM entry_index JOIN log_leaf ON index = leaf_index " + where,
            parameters)
        .stream()
        .map(row -> bytes(row, 0))
        .toList();
  }

  private static Tuple chainTuple(ChainId chain) {
    return Tuple.of(buffer(chain.incarnation()), chain.service());
  }

  private List<Row> query(String sql, Tuple parameters) {
    RowSet<Row> rows = await(pool.preparedQuery(sql).execute(parameters));
    List<Row> list = new ArrayList<>(rows.size());
    rows.forEach(list::add);
    return list;
  }

  private static ByteString bytes(Row row, int column) {
    return ByteString.copyFrom(row.getBuffer(column).getBytes());
  }

  private static Buffer buffer(ByteString bytes) {
    return Buffer.buffer(bytes.toByteArray());
  }

  private static <T> T await(Uni<T> answer) {
    return answer.await().atMost(PATIENCE);
  }
}
