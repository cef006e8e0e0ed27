package io.pulsewarden.audit.log;

import static io.pulsewarden.audit.log.RowStore.bytes;

import io.pulsewarden.audit.merkle.Tile;
import io.pulsewarden.audit.merkle.TileHashes;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.List;

/** The tiles of the log: full ones as they are stored, partial ones from the rows below them. */
final class TileStore implements TileHashes {

  private final RowStore store;

  TileStore(RowStore store) {
    this.store = store;
  }

  @Override
  public List<byte[]> read(int level, long tile, int width) {
    List<byte[]> hashes = width == Tile.WIDTH ? full(level, tile) : partial(level, tile, width);
    if (hashes.size() != width) {
      throw new IllegalStateException("a tile that the log must have is missing");
    }
    return hashes;
  }

  private List<byte[]> full(int level, long tile) {
    return store
        .first(
            "SELECT hashes FROM log_tile WHERE level = $1 AND tile = $2",
            Tuple.of((short) level, tile))
        .map(row -> Tile.split(row.getBuffer(0).getBytes()))
        .orElse(List.of());
  }

  private List<byte[]> partial(int level, long tile, int width) {
    long first = tile * Tile.WIDTH;
    List<Row> rows =
        level == 0
            ? store.rows(
                "SELECT hash FROM log_leaf WHERE index >= $1 AND index < $2 ORDER BY index",
                Tuple.of(first, first + width))
            : store.rows(
                "SELECT root FROM log_tile WHERE level = $3 AND tile >= $1 AND tile < $2"
                    + " ORDER BY tile",
                Tuple.of(first, first + width, (short) (level - 1)));
    if (level == 0 && rows.size() < width) {
      // The leaves were pruned: a full tile has their hashes.
      List<byte[]> all = full(level, tile);
      return all.size() < width ? all : all.subList(0, width);
    }
    return rows.stream().map(row -> bytes(row, 0).toByteArray()).toList();
  }
}
