package io.pulsewarden.keys.pkcs11;

import io.pulsewarden.keys.kek.KekProvider;
import io.pulsewarden.keys.kek.KekProviderSource;
import io.pulsewarden.secret.ExposedSecretException;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidParameterException;
import java.security.ProviderException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Opens the token where it is chosen, or stops the service with one line that says why not. */
@Singleton
class Pkcs11Configuration implements KekProviderSource {

  /** Which token. */
  @ConfigMapping(prefix = "pulsewarden.pkcs11")
  interface Settings {

    /** The vendor's library. */
    Optional<Path> library();

    /** Among the library's slots, from 0. */
    @WithDefault("0")
    int slotListIndex();

    /** Whose first line is the user PIN; nobody else may read it. */
    Optional<Path> pinFile();
  }

  /** A token works on few things at a time; what one waits for, many would wait for. */
  private static final int THREADS = 8;

  private static final int WAITING = 64;
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Settings settings;
  private final VersionLock lock;
  private final TokenThreads blocking = new TokenThreads(THREADS, WAITING, PATIENCE);
  private @Nullable Pkcs11Token token;

  Pkcs11Configuration(Settings settings, VersionLock lock) {
    this.settings = settings;
    this.lock = lock;
  }

  @Override
  public String name() {
    return "pkcs11";
  }

  @Override
  public KekProvider open() {
    Path library = settings.library().orElseThrow(() -> missing("library"));
    Path pin = settings.pinFile().orElseThrow(() -> missing("pin-file"));
    try {
      Pkcs11Token opened = Pkcs11Token.open(library, settings.slotListIndex(), TokenPin.read(pin));
      token = opened;
      return new Pkcs11KekProvider(opened, lock, blocking);
    } catch (ExposedSecretException exposed) {
      throw new ConfigurationException(
          "the PKCS#11 token's PIN is not read: " + exposed.getMessage());
    } catch (GeneralSecurityException
        | IOException
        | InvalidParameterException
        | ProviderException unusable) {
      throw new ConfigurationException(
          "the PKCS#11 token can't be opened, by library or PIN: " + library);
    }
  }

  private static ConfigurationException missing(String name) {
    return new ConfigurationException("pulsewarden.pkcs11." + name + " is not set");
  }

  void close(@Observes ShutdownEvent stopping) throws GeneralSecurityException {
    blocking.close();
    if (token != null) {
      token.close();
    }
  }
}
