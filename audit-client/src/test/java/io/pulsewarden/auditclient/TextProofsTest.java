package io.pulsewarden.auditclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pulsewarden.contracts.audit.v1.TextProof;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class TextProofsTest {

  private final TextProofs proofs = new TextProofs(new SecureRandom());

  @Test
  void shouldMakeTheGoldenHashOfTheFormat() throws Exception {
    byte[] salt = new byte[TextProofs.SALT_BYTES];
    for (int i = 0; i < salt.length; i++) {
      salt[i] = (byte) i;
    }

    TextProof proof = TextProofs.of("explanation", salt, "Patient unconscious");

    String hash = HexFormat.of().formatHex(proof.getSaltedHash().toByteArray());
    assertThat(hash).isEqualTo("30d521e6c5bb1b38af6fc91db05c36d128c6a6c1d3ce3be57d2f9c6227c86e68");
    assertThat(Files.readString(Path.of("../docs/formats/audit-leaf.md"))).contains(hash);
  }

  @Test
  void shouldProveTheTextThatWasWrittenAndNoOther() {
    byte[] salt = proofs.salt();
    TextProof proof = TextProofs.of("explanation", salt, "seen at the bedside");

    assertThat(TextProofs.proves(proof, salt, "seen at the bedside")).isTrue();
    assertThat(TextProofs.proves(proof, salt, "seen at the bedside.")).isFalse();
    assertThat(TextProofs.proves(proof, proofs.salt(), "seen at the bedside")).isFalse();
  }

  @Test
  void shouldSayNothingOfTheTextWithoutItsSalt() {
    // The same words twice: who has only the log can't tell that they are the same.
    assertThat(TextProofs.of("explanation", proofs.salt(), "yes"))
        .isNotEqualTo(TextProofs.of("explanation", proofs.salt(), "yes"));
  }

  @Test
  void shouldTakeNoNameThatCouldBeText() {
    byte[] salt = proofs.salt();

    assertThatThrownBy(() -> TextProofs.of("She said so", salt, "x"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> TextProofs.of("explanation", new byte[16], "x"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
