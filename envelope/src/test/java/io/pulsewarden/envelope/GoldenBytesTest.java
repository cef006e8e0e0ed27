package io.pulsewarden.envelope;

import static io.pulsewarden.envelope.Fixtures.BATCH;
import static io.pulsewarden.envelope.Fixtures.DEMOGRAPHICS;
import static io.pulsewarden.envelope.Fixtures.hex;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Kept for ever: what was sealed in this form must open in every later release. */
class GoldenBytesTest {

  private static final String HEADER_BEFORE_NONCE =
      "0101 11111111222243338444555555555555 0000512c 404142434445464748494a4b4c4d4e4f";
  private static final String COMMITMENT =
      "81987789f27d61e26fa99e982718250f1609b931e461b4304cfc17adf897cf9c";
  private static final byte[] FIRST =
      hex(
          HEADER_BEFORE_NONCE
              + "000000000000000000000000"
              + COMMITMENT
              + "f93535cb380bbbee1aeae95d 5e7e69e31d14a6722a956493241b1423");
  private static final byte[] SECOND =
      hex(
          HEADER_BEFORE_NONCE
              + "000000000000000000000001"
              + COMMITMENT
              + "cc07773aef87b996e86d0d485739a62d");

  @Test
  void shouldSealToTheGoldenBytes() {
    try (BaseKey key = Fixtures.baseKey();
        EnvelopeSealer sealer =
            new EnvelopeSealer(key, Fixtures::salt, EnvelopeSealer.SALT_LIMIT)) {
      assertThat(sealer.seal(BATCH, "pulse 72/min".getBytes(US_ASCII))).isEqualTo(FIRST);
      assertThat(sealer.seal(DEMOGRAPHICS, new byte[0])).isEqualTo(SECOND);
    }
  }

  @Test
  void shouldOpenTheGoldenBytes() {
    try (BaseKey key = Fixtures.baseKey()) {
      assertThat(EnvelopeOpener.open(key, BATCH, FIRST))
          .asString(US_ASCII)
          .isEqualTo("pulse 72/min");
      assertThat(EnvelopeOpener.open(key, DEMOGRAPHICS, SECOND)).isEmpty();
    }
  }

  @Test
  void shouldEncodeTheGoldenContexts() {
    assertThat(ContextBytes.of(BATCH))
        .isEqualTo(
            hex(
                """
                000b 766974616c2d6261746368
                0010 aaaaaaaabbbb4ccc8dddeeeeeeeeeeee
                0010 0123456789ab4def8123456789abcdef
                0010 fedcba98765443218fedcba987654321
                0008 000001a205b3d000
                0008 000001a205b4ba60
                0004 00000001
                """));
    assertThat(ContextBytes.of(DEMOGRAPHICS))
        .isEqualTo(
            hex(
                """
                000c 64656d6f6772617068696373
                0010 aaaaaaaabbbb4ccc8dddeeeeeeeeeeee
                0010 0123456789ab4def8123456789abcdef
                0000
                0008 0000000000000000
                0008 0000000000000000
                0004 00000001
                """));
  }

  @Test
  void shouldReadTheKeyFromTheHeaderAlone() {
    assertThat(EnvelopeHeader.read(FIRST))
        .isEqualTo(new EnvelopeHeader(Fixtures.SUBJECT_KEY, Fixtures.EPOCH));
  }
}
