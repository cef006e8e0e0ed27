package io.pulsewarden.registry.est;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialsTest {

  private static final UUID DEVICE = UUID.fromString("7f1b5c0e-93a5-4b7c-8a55-0d3d3f7d8e11");

  @ParameterizedTest
  @ValueSource(strings = {"Basic ", "basic ", "BASIC  "})
  void shouldReadDeviceAndClaim(String scheme) {
    assertThat(Credentials.parse(scheme + base64(DEVICE + ":abc")))
        .contains(
            new Credentials(
                DEVICE, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {"", "Basic", "Basic !", "Bearer abc", "Basic YWJj", "Basic bm9ib2R5OmFiYw=="})
  void shouldTakeNothingElse(@Nullable String header) {
    assertThat(Credentials.parse(header)).isEmpty();
  }

  @Test
  void shouldTakeNothingTooLong() {
    assertThat(Credentials.parse("Basic " + base64(DEVICE + ":" + "a".repeat(600)))).isEmpty();
  }

  @Test
  void shouldNotShowTheClaim() {
    assertThat(Credentials.parse("Basic " + base64(DEVICE + ":the-claim-itself")).toString())
        .doesNotContain("the-claim-itself");
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
