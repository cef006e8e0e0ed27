package io.pulsewarden.audit.merkle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProofBuilderTest {

  private static final int LEAVES = 70_000;

  private final List<byte[]> leafHashes = new ArrayList<>();
  private final Map<String, Tile> full = new HashMap<>();
  private final Frontier frontier = Frontier.of(0, (level, tile, width) -> List.of());

  ProofBuilderTest() {
    List<Tile> tiles = new ArrayList<>();
    for (int i = 0; i < LEAVES; i++) {
      byte[] hash = MerkleHash.leaf(Integer.toString(i).getBytes(StandardCharsets.US_ASCII));
      leafHashes.add(hash);
      frontier.append(hash, tiles);
    }
    tiles.forEach(tile -> full.put(tile.level() + "/" + tile.index(), tile));
  }

  @Test
  void shouldFillTilesAsTheFormatSays() {
    assertThat(full.keySet().stream().filter(name -> name.startsWith("0/"))).hasSize(273);
    assertThat(full.keySet().stream().filter(name -> name.startsWith("1/"))).hasSize(1);
    assertThat(full.keySet().stream().filter(name -> name.startsWith("2/"))).isEmpty();
    assertThat(Tile.partialWidth(LEAVES, 0)).isEqualTo(112);
    assertThat(Tile.partialWidth(LEAVES, 1)).isEqualTo(17);
    assertThat(Tile.partialWidth(LEAVES, 2)).isEqualTo(1);
  }

  @Test
  void shouldHaveTheRootOfTheDefinition() {
    assertThat(frontier.root()).isEqualTo(treeHash(0, LEAVES));
    for (int size : new int[] {0, 1, 2, 3, 7, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537}) {
      assertThat(new ProofBuilder(size, this::read).root(size)).isEqualTo(treeHash(0, size));
      assertThat(Frontier.of(size, this::read).root()).isEqualTo(treeHash(0, size));
    }
  }

  @Test
  void shouldProveInclusion() {
    for (int size : new int[] {1, 2, 255, 256, 257, 1000, 65_536, 65_537, LEAVES}) {
      byte[] root = treeHash(0, size);
      for (int index : new int[] {0, 1, size / 2, size - 1}) {
        if (index < size) {
          ProofBuilder builder = new ProofBuilder(size, this::read);
          assertThat(
                  ProofCheck.inclusion(
                      index, size, leafHashes.get(index), builder.inclusion(index), root))
              .as("%d in %d", index, size)
              .isTrue();
        }
      }
    }
  }

  @Test
  void shouldProveConsistency() {
    for (int to : new int[] {1, 2, 256, 257, 1000, 65_537, LEAVES}) {
      for (int from : new int[] {1, 2, 3, 255, 256, 300, 65_536, to}) {
        if (from <= to) {
          List<byte[]> proof = new ProofBuilder(to, this::read).consistency(from);
          assertThat(ProofCheck.consistency(from, to, treeHash(0, from), treeHash(0, to), proof))
              .as("%d to %d", from, to)
              .isTrue();
        }
      }
    }
  }

  @Test
  void shouldRefuseWhatIsOutsideTheTree() {
    ProofBuilder builder = new ProofBuilder(10, this::read);

    assertThatThrownBy(() -> builder.inclusion(10)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.inclusion(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.consistency(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.consistency(11)).isInstanceOf(IllegalArgumentException.class);
  }

  /** As the store reads: full tiles from tiles, partial ones from what is below. */
  private List<byte[]> read(int level, long tile, int width) {
    int first = (int) tile * Tile.WIDTH;
    if (width == Tile.WIDTH) {
      return Tile.split(java.util.Objects.requireNonNull(full.get(level + "/" + tile)).hashes());
    }
    List<byte[]> hashes = new ArrayList<>();
    for (int i = first; i < first + width; i++) {
      hashes.add(
          level == 0
              ? leafHashes.get(i)
              : java.util.Objects.requireNonNull(full.get(level - 1 + "/" + i)).root());
    }
    return hashes;
  }

  /** MTH of RFC 6962, section 2.1. */
  private byte[] treeHash(int from, int to) {
    if (to - from < 2) {
      return from == to ? MerkleHash.empty() : leafHashes.get(from);
    }
    int split = from + Integer.highestOneBit(to - from - 1);
    return MerkleHash.node(treeHash(from, split), treeHash(split, to));
  }
}
