package io.pulsewarden.envelope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class WycheproofTest {

  /** Nonce, ciphertext, tag; nothing but the case's own associated data is authenticated. */
  private static final AesGcm.Layout LAYOUT = new AesGcm.Layout(0, 0, EnvelopeHeader.NONCE_LENGTH);

  /** Cases of other key or nonce lengths are not of the suite; they are left out and counted. */
  @Test
  void shouldAgreeOnAes256GcmWith96BitNonces() throws IOException {
    int ran = 0;
    for (Wycheproof.Case each : Wycheproof.cases("aes_gcm_test.json")) {
      boolean ofTheSuite =
          each.group().path("keySize").asInt() == 256
              && each.group().path("ivSize").asInt() == 96
              && each.group().path("tagSize").asInt() == 128;
      if (ofTheSuite) {
        checkAesGcm(each);
        ran++;
      }
    }
    assertThat(ran).isEqualTo(66);
  }

  @Test
  void shouldAgreeOnHkdfSha256() throws IOException {
    for (Wycheproof.Case each : Wycheproof.cases("hkdf_sha256_test.json")) {
      int size = each.test().path("size").asInt();
      if (each.valid()) {
        assertThat(
                HkdfSha256.derive(each.bytes("ikm"), each.bytes("salt"), each.bytes("info"), size))
            .as(each.toString())
            .isEqualTo(each.bytes("okm"));
      } else {
        assertThatThrownBy(
                () ->
                    HkdfSha256.derive(
                        each.bytes("ikm"), each.bytes("salt"), each.bytes("info"), size))
            .as(each.toString())
            .isInstanceOf(IllegalArgumentException.class);
      }
    }
  }

  private static void checkAesGcm(Wycheproof.Case each) {
    byte[] nonce = each.bytes("iv");
    byte[] message = each.bytes("msg");
    byte[] sealed = join(nonce, each.bytes("ct"), each.bytes("tag"));
    try (AesGcm cipher = new AesGcm(each.bytes("key"), LAYOUT)) {
      byte[] opened = cipher.open(sealed, each.bytes("aad"));
      if (each.valid()) {
        assertThat(opened).as(each.toString()).isEqualTo(message);
        byte[] out = Arrays.copyOf(nonce, sealed.length);
        cipher.seal(out, each.bytes("aad"), message);
        assertThat(out).as(each.toString()).isEqualTo(sealed);
      } else {
        assertThat(opened).as(each.toString()).isNull();
      }
    }
  }

  private static byte[] join(byte[]... parts) {
    return Arrays.stream(parts)
        .reduce(
            (a, b) -> {
              byte[] joined = Arrays.copyOf(a, a.length + b.length);
              System.arraycopy(b, 0, joined, a.length, b.length);
              return joined;
            })
        .orElseThrow();
  }
}
