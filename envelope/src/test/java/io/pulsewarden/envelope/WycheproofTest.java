package io.pulsewarden.envelope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class WycheproofTest {

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
    byte[] message = each.bytes("msg");
    byte[] sealed = join(each.bytes("ct"), each.bytes("tag"));
    try (AesGcm cipher = new AesGcm(each.bytes("key"))) {
      byte[] opened = new byte[message.length];
      assertThat(cipher.open(lane(each), sealed, 0, sealed.length, opened, 0))
          .as(each.toString())
          .isEqualTo(each.valid());
      if (each.valid()) {
        assertThat(opened).as(each.toString()).isEqualTo(message);
        byte[] out = new byte[sealed.length];
        cipher.seal(lane(each), message, 0, message.length, out, 0);
        assertThat(out).as(each.toString()).isEqualTo(sealed);
      } else {
        assertThat(opened).as(each.toString()).containsOnly(0);
      }
    }
  }

  private static Lane lane(Wycheproof.Case each) {
    byte[] nonce = each.bytes("iv");
    byte[] associated = each.bytes("aad");
    Lane lane = new Lane(associated.length);
    System.arraycopy(nonce, 0, lane.nonce, 0, lane.nonce.length);
    lane.associated.put(associated);
    return lane;
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
