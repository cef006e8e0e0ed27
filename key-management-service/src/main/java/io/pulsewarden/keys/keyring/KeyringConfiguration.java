package io.pulsewarden.keys.keyring;

import io.pulsewarden.keys.kek.KekProvider;
import io.pulsewarden.keys.kek.KekProviderSource;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.configuration.ConfigUtils;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** Opens the keyring where it is chosen, or stops the service with one line that says why not. */
@Singleton
class KeyringConfiguration implements KekProviderSource {

  /** Where the keyring is and what opens it. */
  @ConfigMapping(prefix = "pulsewarden.keyring")
  interface Settings {

    @WithDefault("keyring.p12")
    Path file();

    /** A file that nobody else may read, whose first line is the passphrase. */
    Optional<Path> passphraseFile();

    /** For the environment variable PULSEWARDEN_KEYRING_PASSPHRASE, where there is no file. */
    Optional<String> passphrase();

    /** That KEKs lie on a disk is known and accepted; production does not start without. */
    @WithDefault("false")
    boolean acceptRisk();
  }

  private final Settings settings;
  private final ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor();
  private @Nullable KeyringLock lock;
  private @Nullable Keyring keyring;

  KeyringConfiguration(Settings settings) {
    this.settings = settings;
  }

  @Override
  public String name() {
    return "keyring";
  }

  @Override
  public KekProvider open() {
    return open(ConfigUtils.isProfileActive("prod"));
  }

  KekProvider open(boolean production) {
    try {
      requireAcceptedRisk(production);
      KeyringLock taken = KeyringLock.take(settings.file());
      lock = taken;
      Keyring opened = new Keyring(new KeyringFile(settings.file(), passphrase()));
      keyring = opened;
      return new KeyringKekProvider(opened, blocking);
    } catch (KeyringException unusable) {
      // Quarkus prints this one's message alone and exits with 1: one line, and no stack trace.
      throw new ConfigurationException(unusable.getMessage());
    }
  }

  private void requireAcceptedRisk(boolean production) {
    if (production && !settings.acceptRisk()) {
      throw new KeyringException(
          "the keyring is not for production: its keys lie on this disk; use Vault, or set"
              + " pulsewarden.keyring.accept-risk=true",
          null);
    }
  }

  private Passphrase passphrase() {
    return settings
        .passphraseFile()
        .map(Passphrase::read)
        .or(() -> settings.passphrase().map(Passphrase::of))
        .orElseThrow(
            () ->
                new KeyringException(
                    "the keyring has no passphrase: set pulsewarden.keyring.passphrase-file or"
                        + " PULSEWARDEN_KEYRING_PASSPHRASE",
                    null));
  }

  void close(@Observes ShutdownEvent stopping) throws IOException {
    blocking.close();
    if (keyring != null) {
      keyring.close();
    }
    if (lock != null) {
      lock.close();
    }
  }
}
