package io.pulsewarden.keys.rotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pulsewarden.keys.LogCapture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RotationConfigurationTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "postgresql://user:canary-pw@db.example:5432/keys",
        "postgresql//user:canary-pw@db.example:5432/keys",
        "postgresql://user:canary-pw@db.example:port/keys",
        "postgresql://user:canary pw@db.example/keys",
        "postgresql://db.example/keys?password=canary-pw",
        "mysql:canary-pw"
      })
  void shouldTakeNoPasswordInAnAddressAndQuoteNone(String url) {
    try (LogCapture log = new LogCapture()) {
      assertThatThrownBy(() -> RotationConfiguration.at(url))
          .isInstanceOf(GateException.class)
          .hasMessage("copy-unreachable")
          .hasNoCause();
      assertThat(log.text()).contains("restored-copy.url").doesNotContain("canary-pw");
    }
  }

  @Test
  void shouldReadAnAddress() {
    assertThat(RotationConfiguration.at("postgresql://db.example:5433/keys").getPort())
        .isEqualTo(5433);
  }
}
