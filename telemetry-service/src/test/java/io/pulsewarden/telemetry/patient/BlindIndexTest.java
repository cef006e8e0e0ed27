package io.pulsewarden.telemetry.patient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pulsewarden.envelope.BaseKey;
import io.pulsewarden.secret.SecretBytes;
import io.pulsewarden.telemetry.failure.RequestFailedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlindIndexTest {

  @Test
  void shouldMakeTheGoldenIndex() throws Exception {
    String page =
        Files.readString(
            Path.of(System.getProperty("pulsewarden.root"), "docs", "formats", "demographics.md"));
    assertThat(page)
        .endsWith(
            "    " + index("urn:oid:2.16.840.1.113883.19.5", "MRN-0001") + System.lineSeparator());
  }

  @Test
  void shouldTellApartWhatOnlyReadsAlike() {
    assertThat(index("a", "bc")).isNotEqualTo(index("ab", "c"));
    assertThat(index("a", "bc")).isNotEqualTo(index("a", "BC"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "value", "|value", "system|", "|"})
  void shouldRefuseATokenThatLacksAPart(String token) {
    assertThatThrownBy(() -> PatientIdentifier.ofToken(token))
        .isInstanceOf(RequestFailedException.class);
  }

  private static String index(String system, String value) {
    byte[] key = new byte[BaseKey.LENGTH];
    for (int i = 0; i < key.length; i++) {
      key[i] = (byte) i;
    }
    try (BaseKey baseKey = new BaseKey(UUID.randomUUID(), 0, SecretBytes.owning(key))) {
      return HexFormat.of()
          .formatHex(BlindIndex.of(baseKey, new PatientIdentifier(system, value)).toByteArray());
    }
  }
}
