package io.pulsewarden.keys.handout;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewarden.secret.SecretBytes;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The golden bytes of docs/formats/keys.md, kept for ever. */
class BaseKeyDerivationTest {

  private static final SecretBytes SUBJECT_KEY =
      SecretBytes.owning(
          HexFormat.of()
              .parseHex("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f"));

  @Test
  void shouldDeriveTheGoldenKeys() {
    assertThat(derive(Purpose.VITALS, 20780))
        .isEqualTo("0186eab90e4ef12ac361dd7b1d4f687771ed07f7f64c713b39d2369d9fcff878");
    assertThat(derive(Purpose.OBSERVATION_ID, 0))
        .isEqualTo("5fba35dab4f53068b85a9dfc4626de3a684d5d24ccc6c8ba2329175685a8ede2");
  }

  private static String derive(Purpose purpose, int epoch) {
    try (SecretBytes key = BaseKeyDerivation.derive(SUBJECT_KEY, purpose, epoch)) {
      return key.use(HexFormat.of()::formatHex);
    }
  }
}
