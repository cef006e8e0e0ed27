package io.pulsewarden.audit.log;

import static io.pulsewarden.audit.log.RowStore.buffer;

import io.pulsewarden.audit.merkle.Tile;
import io.pulsewarden.audit.search.EntryIndexStore;
import io.pulsewarden.audit.search.FindingIndexStore;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.List;

/** Adds a batch to the log, inside a transaction of the caller's. */
final class BatchStore {

  private BatchStore() {}

  /** False if the log is not what the batch was made for; then nothing was added. */
  static Uni<Boolean> add(
      SqlConnection connection, TreeHead from, TreeHead to, LogStore.Addition addition) {
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

  /**
   * One after the other down the connection, without waiting for each one's answer. The first that
   * fails lets all fail that come after it.
   */
  private static Uni<Void> insert(
      SqlConnection connection, long first, LogStore.Addition addition) {
    List<Leaf> leaves = addition.leaves();
    if (leaves.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return Uni.join()
        .all(
            leaves(connection, first, addition),
            tiles(connection, addition.tiles()),
            blobs(connection, leaves),
            EntryIndexStore.insert(connection, addition.index()),
            FindingIndexStore.insert(connection, addition.findings()),
            ChainWatchStore.save(connection, addition.watch()),
            ChainStore.save(connection, first, first + leaves.size(), addition.chains()))
        .andFailFast()
        .replaceWithVoid();
  }

  private static Uni<Void> leaves(
      SqlConnection connection, long first, LogStore.Addition addition) {
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

  private static Uni<Void> tiles(SqlConnection connection, List<Tile> tiles) {
    return tiles.isEmpty()
        ? Uni.createFrom().voidItem()
        : connection
            .preparedQuery(
                """
                INSERT INTO log_tile (level, tile, hashes, root)
                SELECT * FROM unnest($1::smallint[], $2::bigint[], $3::bytea[], $4::bytea[])\
                """)
            .execute(
                Tuple.of(
                    tiles.stream().map(tile -> (short) tile.level()).toArray(Short[]::new),
                    tiles.stream().map(Tile::index).toArray(Long[]::new),
                    tiles.stream().map(tile -> Buffer.buffer(tile.hashes())).toArray(Buffer[]::new),
                    tiles.stream().map(tile -> Buffer.buffer(tile.root())).toArray(Buffer[]::new)))
            .replaceWithVoid();
  }

  /** A value may come twice, under two places of a chain; it is kept once. */
  private static Uni<Void> blobs(SqlConnection connection, List<Leaf> leaves) {
    List<Tuple> rows =
        leaves.stream()
            .flatMap(leaf -> leaf.blob().stream())
            .map(blob -> Tuple.of(buffer(LeafReader.sha256(blob)), buffer(blob)))
            .toList();
    return rows.isEmpty()
        ? Uni.createFrom().voidItem()
        : connection
            .preparedQuery(
                "INSERT INTO log_blob (hash, value) VALUES ($1, $2) ON CONFLICT DO NOTHING")
            .executeBatch(rows)
            .replaceWithVoid();
  }
}
