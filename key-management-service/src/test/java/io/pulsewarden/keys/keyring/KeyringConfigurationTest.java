package io.pulsewarden.keys.keyring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyringConfigurationTest {

  private record Given(
      Path file, Optional<Path> passphraseFile, Optional<String> passphrase, boolean acceptRisk)
      implements KeyringConfiguration.Settings {}

  @TempDir Path folder;

  private final KeyringConfiguration configuration = new KeyringConfiguration();

  @AfterEach
  void close() throws IOException {
    configuration.close(new ShutdownEvent());
  }

  @Test
  void shouldNotStartInProductionUnlessTheRiskIsAccepted() {
    assertThatThrownBy(() -> configuration.open(given(Optional.of("secret"), false), true))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("pulsewarden.keyring.accept-risk=true")
        .hasMessageNotContaining("\n");
    assertThat(folder.toFile().list()).isEmpty();
    assertThat(configuration.open(given(Optional.of("secret"), true), true)).isNotNull();
  }

  @Test
  void shouldStartElsewhereWithAPassphraseAndNotWithout() {
    assertThatThrownBy(() -> configuration.open(given(Optional.empty(), false), false))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("PULSEWARDEN_KEYRING_PASSPHRASE")
        .hasNoCause();
  }

  private Given given(Optional<String> passphrase, boolean acceptRisk) {
    return new Given(folder.resolve("keyring.p12"), Optional.empty(), passphrase, acceptRisk);
  }
}
