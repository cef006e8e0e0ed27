package io.pulsewarden.audit.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pulsewarden.audit.merkle.MerkleHash;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class TlogProofTest {

  @Test
  void shouldWriteTheGoldenReceiptOfTheFormat() throws Exception {
    // Given the page's log, and its checkpoint
    String page =
        Files.readString(
            Path.of(System.getProperty("pulsewarden.root", ".."), "docs/formats/receipt.md"));
    int end = page.lastIndexOf("```");
    String golden = page.substring(page.lastIndexOf("```\n", end - 1) + 4, end);
    String note = golden.substring(golden.indexOf("\n\n") + 2);

    // When
    TlogProof proof = new TlogProof(1, List.of(leaf("one"), leaf("three")), note);

    // Then
    assertThat(proof.text()).isEqualTo(golden);
    assertThat(
            proof.signs(MerkleHash.node(MerkleHash.node(leaf("one"), leaf("two")), leaf("three"))))
        .isTrue();
    assertThat(proof.signs(leaf("one"))).isFalse();
  }

  @Test
  void shouldHaveAnIndexAndACheckpoint() {
    assertThatThrownBy(() -> new TlogProof(-1, List.of(), "note"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new TlogProof(0, List.of(), ""))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static byte[] leaf(String entry) {
    return MerkleHash.leaf(entry.getBytes(StandardCharsets.UTF_8));
  }
}
