package io.pulsewarden.mtls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpiffeIdTest {

  @Test
  void shouldReadAndWriteItsCanonicalForm() {
    String text = "spiffe://pulsewarden.local/service/telemetry-service";
    assertThat(SpiffeId.parse(text))
        .isEqualTo(new SpiffeId("pulsewarden.local", "telemetry-service"))
        .hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "not a uri at all",
        "https://pulsewarden.local/service/telemetry-service",
        "spiffe:///service/telemetry-service",
        "spiffe://pulsewarden.local",
        "spiffe://pulsewarden.local/service/",
        "spiffe://pulsewarden.local/device/x",
        "spiffe://pulsewarden.local/service/x/y",
        "spiffe://pulsewarden.local/service/x?y",
        "spiffe://pulsewarden.local/service/x#y",
        "spiffe://pulsewarden.local:8443/service/x",
        "spiffe://user@pulsewarden.local/service/x",
        "spiffe://PULSEWARDEN.local/service/x",
        "spiffe://pulsewarden.local/service/X",
        "spiffe://pulsewarden.local/service/%78",
        "spiffe://pulsewarden.local/service/../service/x",
      })
  void shouldRefuseEverythingElse(String text) {
    assertThatThrownBy(() -> SpiffeId.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
