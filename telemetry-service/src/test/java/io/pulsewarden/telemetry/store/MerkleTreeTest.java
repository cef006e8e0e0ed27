package io.pulsewarden.telemetry.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class MerkleTreeTest {

  // The entries and roots of the reference implementation's own tests (certificate-transparency).
  private static final List<String> ENTRIES =
      List.of(
          "",
          "00",
          "10",
          "2021",
          "3031",
          "40414243",
          "5051525354555657",
          "606162636465666768696a6b6c6d6e6f");
  private static final List<String> ROOTS =
      List.of(
          "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
          "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
          "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
          "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
          "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
          "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
          "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
          "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");

  @Test
  void shouldHashAsTheReferenceDoes() {
    List<byte[]> entries = new ArrayList<>();
    List<String> roots = new ArrayList<>();
    for (String entry : ENTRIES) {
      entries.add(HexFormat.of().parseHex(entry));
      roots.add(HexFormat.of().formatHex(MerkleTree.root(entries)));
    }
    assertThat(roots).isEqualTo(ROOTS);
  }

  @Test
  void shouldLeadFromEachLeafToTheRoot() {
    for (int size = 1; size <= 33; size++) {
      List<byte[]> entries = new ArrayList<>();
      for (int i = 0; i < size; i++) {
        entries.add(new byte[] {(byte) i});
      }
      List<byte[]> leaves = entries.stream().map(MerkleTree::leaf).toList();
      MerklePaths paths = new MerklePaths(leaves);
      assertThat(MerkleTree.leaves(entries)).containsExactlyElementsOf(leaves);
      assertThat(MerkleTree.rootOfLeaves(leaves)).isEqualTo(MerkleTree.root(entries));
      for (int i = 0; i < size; i++) {
        assertThat(rootBy(leaves.get(i), i, size, paths.of(i)))
            .as("leaf %d of %d", i, size)
            .isEqualTo(MerkleTree.root(entries));
      }
    }
  }

  /** RFC 9162, section 2.1.3.2. */
  private static byte[] rootBy(byte[] leaf, int index, int size, List<byte[]> path) {
    int node = index;
    int last = size - 1;
    byte[] hash = leaf;
    for (byte[] sibling : path) {
      boolean right = (node & 1) == 1 || node == last;
      hash = right ? hash(sibling, hash) : hash(hash, sibling);
      while (right && (node & 1) == 0 && node != 0) {
        node >>= 1;
        last >>= 1;
      }
      node >>= 1;
      last >>= 1;
    }
    assertThat(last).isZero();
    return hash;
  }

  private static byte[] hash(byte[] left, byte[] right) {
    MessageDigest sha256 = MerkleTree.sha256();
    sha256.update((byte) 1);
    sha256.update(left);
    return sha256.digest(right);
  }

  @Test
  void shouldGiveNoEntriesTheHashOfNothing() throws Exception {
    assertThat(MerkleTree.root(List.of()))
        .isEqualTo(MessageDigest.getInstance("SHA-256").digest("".getBytes(UTF_8)));
  }
}
