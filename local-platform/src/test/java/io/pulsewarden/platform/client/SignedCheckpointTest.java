package io.pulsewarden.platform.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SignedCheckpointTest {

  private static final String TEXT =
      "example.org/log\n42\nX8ZPL6IcDUsKLyuTVY/0HF15UkbKI8D7HrZ1JzgYtVA=\n";
  private static final String KEY_ID = "0badcafe";

  private KeyPair keys;
  private String verifierKey;

  @BeforeEach
  void key() throws Exception {
    keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    byte[] x509 = keys.getPublic().getEncoded();
    byte[] typed = Arrays.copyOfRange(x509, x509.length - 33, x509.length);
    typed[0] = 1;
    verifierKey = "example.org/log+" + KEY_ID + "+" + Base64.getEncoder().encodeToString(typed);
  }

  @Test
  void shouldReadWhatTheKeySigned() throws Exception {
    SignedCheckpoint checkpoint = SignedCheckpoint.open(TEXT + "\n" + signature(TEXT), verifierKey);

    assertThat(checkpoint.origin()).isEqualTo("example.org/log");
    assertThat(checkpoint.size()).isEqualTo(42);
  }

  @Test
  void shouldRefuseAnotherText() throws Exception {
    String note = TEXT.replace("42", "43") + "\n" + signature(TEXT);

    assertThatThrownBy(() -> SignedCheckpoint.open(note, verifierKey))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldRefuseANoteWithoutSignature() {
    assertThatThrownBy(() -> SignedCheckpoint.open(TEXT + "\n", verifierKey))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private String signature(String text) throws Exception {
    Signature ed25519 = Signature.getInstance("Ed25519");
    ed25519.initSign(keys.getPrivate());
    ed25519.update(text.getBytes(StandardCharsets.UTF_8));
    byte[] signature = ed25519.sign();
    byte[] withId = new byte[4 + signature.length];
    byte[] id = {0x0b, (byte) 0xad, (byte) 0xca, (byte) 0xfe};
    System.arraycopy(id, 0, withId, 0, 4);
    System.arraycopy(signature, 0, withId, 4, signature.length);
    return "\u2014 example.org/log " + Base64.getEncoder().encodeToString(withId) + "\n";
  }
}
