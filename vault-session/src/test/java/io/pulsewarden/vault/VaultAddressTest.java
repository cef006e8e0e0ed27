package io.pulsewarden.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VaultAddressTest {

  private static final URI CLEAR = URI.create("http://vault.example:8200");

  @Test
  void shouldGoByTlsInProduction() {
    URI secure = URI.create("https://vault.example:8200");
    assertThat(VaultAddress.require(Optional.of(secure), true, false)).isEqualTo(secure);
    assertThatThrownBy(() -> VaultAddress.require(Optional.of(CLEAR), true, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("pulsewarden.vault.url must be https in production")
        .hasMessageEndingWith("pulsewarden.vault.accept-risk=true");
  }

  @Test
  void shouldGoInClearWhereSomebodySaysSoOrNothingIsAtStake() {
    assertThat(VaultAddress.require(Optional.of(CLEAR), true, true)).isEqualTo(CLEAR);
    assertThat(VaultAddress.require(Optional.of(CLEAR), false, false)).isEqualTo(CLEAR);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp://vault.example", "vault.example:8200", "/vault", "https:8200"})
  void shouldTakeNothingElse(String url) {
    assertThatThrownBy(() -> VaultAddress.require(Optional.of(URI.create(url)), false, true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("pulsewarden.vault.url is no https URL");
  }

  @Test
  void shouldNameTheSettingThatIsMissing() {
    assertThatThrownBy(() -> VaultAddress.require(Optional.empty(), false, false))
        .hasMessage("pulsewarden.vault.url is not set");
  }
}
