package io.pulsewarden.keys.keyring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyringConfigurationTest {

  private record Given(
      Path file, Optional<Path> passphraseFile, Optional<String> passphrase, boolean acceptRisk)
      implements KeyringConfiguration.Settings {}

  @TempDir Path folder;

  private final List<KeyringConfiguration> opened = new ArrayList<>();

  @AfterEach
  void close() throws IOException {
    for (KeyringConfiguration each : opened) {
      each.close(new ShutdownEvent());
    }
  }

  @Test
  void shouldNotStartInProductionUnlessTheRiskIsAccepted() {
    assertThatThrownBy(() -> given(Optional.of("secret"), false).open(true))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("pulsewarden.keyring.accept-risk=true")
        .hasMessageNotContaining("\n");
    assertThat(folder.toFile().list()).isEmpty();
    assertThat(given(Optional.of("secret"), true).open(true)).isNotNull();
  }

  @Test
  void shouldStartElsewhereWithAPassphraseAndNotWithout() {
    assertThatThrownBy(() -> given(Optional.empty(), false).open(false))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("PULSEWARDEN_KEYRING_PASSPHRASE")
        .hasNoCause();
  }

  private KeyringConfiguration given(Optional<String> passphrase, boolean acceptRisk) {
    KeyringConfiguration configuration =
        new KeyringConfiguration(
            new Given(folder.resolve("keyring.p12"), Optional.empty(), passphrase, acceptRisk));
    opened.add(configuration);
    return configuration;
  }
}
