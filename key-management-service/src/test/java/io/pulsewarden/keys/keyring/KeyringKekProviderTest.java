package io.pulsewarden.keys.keyring;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewarden.keys.kek.KekFailure;
import io.pulsewarden.keys.kek.KekName;
import io.pulsewarden.keys.kek.KekProvider;
import io.pulsewarden.keys.kek.KekProviderContract;
import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyringKekProviderTest extends KekProviderContract {

  @TempDir private Path folder;
  private Keyring keyring;

  @BeforeEach
  void open() {
    keyring = new Keyring(new KeyringFile(folder.resolve("keyring.p12"), Passphrase.of("secret")));
  }

  @AfterEach
  void close() {
    keyring.close();
  }

  @Override
  protected KekProvider provider() {
    return new KeyringKekProvider(keyring, Runnable::run);
  }

  @Override
  protected KekProvider laterLife() {
    keyring.close();
    open();
    return provider();
  }

  @Test
  void shouldKeepTheOldVersionsWhenTheTrimmedFileCanNotBeWritten() {
    KekName name = new KekName(UUID.randomUUID(), 0);
    keyring.newest(name);
    keyring.addVersion(name);
    KeyringFile full =
        new KeyringFile(
            folder.resolve("keyring.p12"),
            Passphrase.of("secret"),
            (written, target) -> {
              throw new IOException("disk full");
            });
    try (Keyring unlucky = new Keyring(full)) {
      assertThat(reason(new KeyringKekProvider(unlucky, Runnable::run).trim(name, 2)))
          .isEqualTo(KekFailure.UNREACHABLE);
      assertThat(unlucky.versions(name)).contains(new KekProvider.Versions(1, 2));
    }
    laterLife();
    assertThat(keyring.versions(name)).contains(new KekProvider.Versions(1, 2));
  }
}
