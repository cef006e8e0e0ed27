package io.pulsewarden.audit.merkle;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Tiles that were read before, the most recent ones: neither a full nor a partial tile of one log
 * ever changes. Thread-safe; two that ask for the same tile at once may both read it.
 */
public final class RememberedTiles implements TileHashes {

  private final TileHashes tiles;
  private final Map<Key, List<byte[]>> remembered;
  private int forgotten;

  private record Key(int level, long tile, int width) {}

  /**
   * @param tiles where the others are read from
   * @param count of tiles that are remembered
   */
  public RememberedTiles(TileHashes tiles, int count) {
    this.tiles = tiles;
    this.remembered =
        new LinkedHashMap<>(count, 0.75f, true) {
          @Override
          protected boolean removeEldestEntry(Map.Entry<Key, List<byte[]>> eldest) {
            return size() > count;
          }
        };
  }

  @Override
  public List<byte[]> read(int level, long tile, int width) {
    Key key = new Key(level, tile, width);
    int before;
    synchronized (remembered) {
      List<byte[]> known = remembered.get(key);
      if (known != null) {
        return known;
      }
      before = forgotten;
    }
    List<byte[]> hashes = List.copyOf(tiles.read(level, tile, width));
    synchronized (remembered) {
      if (before == forgotten) {
        remembered.put(key, hashes);
      }
    }
    return hashes;
  }

  /** Forgets all, also what is being read meanwhile: the log may be another one. */
  public void forget() {
    synchronized (remembered) {
      remembered.clear();
      forgotten++;
    }
  }
}
