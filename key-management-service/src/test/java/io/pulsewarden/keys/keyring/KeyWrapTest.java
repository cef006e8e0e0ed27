package io.pulsewarden.keys.keyring;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.pulsewarden.secret.SecretBytes;
import java.util.HexFormat;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The golden bytes of docs/formats/keys.md, kept for ever. */
class KeyWrapTest {

  private static final SecretBytes KEK =
      secret("202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f");
  private static final String SUBJECT_KEY =
      "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f";
  private static final ByteString ASSOCIATED =
      bytes(
          "70756c736577617264656e2d7375626a6563742d6b65792d7631"
              + "0010aaaaaaaabbbb4ccc8dddeeeeeeeeeeee"
              + "000770617469656e74"
              + "00100123456789ab4def8123456789abcdef"
              + "001011111111222243338444555555555555"
              + "00000001");
  private static final ByteString WRAPPED =
      bytes(
          "0100000001000102030405060708090a0b"
              + "dcd3df24ceb06d6b3470434daafed0b383e17bf7fe843086bc944921271c5507"
              + "681853e049a9a588988b60c4452e1956");

  @Test
  void shouldWrapToTheGoldenBytes() {
    byte[] nonce = HexFormat.of().parseHex("000102030405060708090a0b");
    assertThat(KeyWrap.wrap(KEK, 1, nonce, secret(SUBJECT_KEY), ASSOCIATED)).isEqualTo(WRAPPED);
  }

  @Test
  void shouldUnwrapTheGoldenBytes() {
    SecretBytes key =
        Objects.requireNonNull(KeyWrap.unwrap(KEK, 1, WRAPPED, ASSOCIATED), "unwrapped");
    assertThat(key.<String>use(HexFormat.of()::formatHex)).isEqualTo(SUBJECT_KEY);
  }

  @Test
  void shouldRefuseEveryChangedByteEveryOtherPlaceAndEveryOtherKey() {
    for (int i = 0; i < WRAPPED.size(); i++) {
      byte[] changed = WRAPPED.toByteArray();
      changed[i] ^= 1;
      assertThat(KeyWrap.unwrap(KEK, 1, ByteString.copyFrom(changed), ASSOCIATED)).isNull();
    }
    for (int i = 0; i < ASSOCIATED.size(); i++) {
      byte[] changed = ASSOCIATED.toByteArray();
      changed[i] ^= 1;
      assertThat(KeyWrap.unwrap(KEK, 1, WRAPPED, ByteString.copyFrom(changed))).isNull();
    }
    assertThat(KeyWrap.unwrap(secret(SUBJECT_KEY), 1, WRAPPED, ASSOCIATED)).isNull();
    assertThat(KeyWrap.unwrap(KEK, 2, WRAPPED, ASSOCIATED)).isNull();
    assertThat(KeyWrap.unwrap(KEK, 1, WRAPPED.substring(0, 20), ASSOCIATED)).isNull();
  }

  private static SecretBytes secret(String hex) {
    return SecretBytes.owning(HexFormat.of().parseHex(hex));
  }

  private static ByteString bytes(String hex) {
    return ByteString.copyFrom(HexFormat.of().parseHex(hex));
  }
}
