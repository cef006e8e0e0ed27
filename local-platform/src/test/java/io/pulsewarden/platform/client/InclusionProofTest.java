package io.pulsewarden.platform.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The tree of eight leaves that Certificate Transparency's implementations test themselves with.
 */
class InclusionProofTest {

  private static final byte[] ROOT_OF_8 =
      hex("5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");
  private static final List<byte[]> PROOF_OF_5_IN_8 =
      List.of(
          hex("bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"),
          hex("ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"),
          hex("d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"));
  private static final byte[] LEAF_5 = hex("40414243");
  private static final byte[] ROOT_OF_7 =
      hex("ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c");
  private static final List<byte[]> PROOF_OF_6_IN_7 =
      List.of(
          hex("0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"),
          hex("d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"));
  private static final byte[] LEAF_6 = hex("5051525354555657");

  @Test
  void shouldFollowAProofToTheRoot() {
    assertThat(InclusionProof.verifies(LEAF_5, 5, 8, PROOF_OF_5_IN_8, ROOT_OF_8)).isTrue();
  }

  @Test
  void shouldFollowTheShortProofOfALastLeaf() {
    assertThat(InclusionProof.verifies(LEAF_6, 6, 7, PROOF_OF_6_IN_7, ROOT_OF_7)).isTrue();
  }

  @Test
  void shouldRefuseAnotherEntryPlaceOrTree() {
    assertThat(InclusionProof.verifies(LEAF_6, 5, 8, PROOF_OF_5_IN_8, ROOT_OF_8)).isFalse();
    assertThat(InclusionProof.verifies(LEAF_5, 4, 8, PROOF_OF_5_IN_8, ROOT_OF_8)).isFalse();
    assertThat(InclusionProof.verifies(LEAF_5, 5, 5, PROOF_OF_5_IN_8, ROOT_OF_8)).isFalse();
    assertThat(InclusionProof.verifies(LEAF_5, 5, 8, PROOF_OF_5_IN_8, ROOT_OF_7)).isFalse();
    assertThat(InclusionProof.verifies(LEAF_5, 5, 8, PROOF_OF_5_IN_8.subList(0, 2), ROOT_OF_8))
        .isFalse();
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }
}
