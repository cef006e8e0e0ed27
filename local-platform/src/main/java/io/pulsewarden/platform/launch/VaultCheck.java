package io.pulsewarden.platform.launch;

import io.pulsewarden.platform.PlatformException;
import io.pulsewarden.platform.certificates.Pem;
import io.pulsewarden.platform.certificates.ServerTrust;
import io.pulsewarden.vault.VaultAnswer;
import io.pulsewarden.vault.VaultConnection;
import io.pulsewarden.vault.VaultLogin;
import io.pulsewarden.vault.VaultLoginSettings;
import io.pulsewarden.vault.VaultMount;
import io.pulsewarden.vault.VaultSession;
import io.pulsewarden.vault.VaultUnavailableException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Asks a Vault, before anything is started on it, what key management will ask it first: otherwise
 * somebody would wait for minutes for a service that can't become ready.
 */
final class VaultCheck {

  static final String URL = "pulsewarden.vault.url";
  static final String LOGIN = "pulsewarden.vault.login";
  static final String AUTHORITY = "quarkus.tls.vault.trust-store.pem.certs";

  private static final String MOUNT = "pulsewarden";
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** What key management's configuration says of the login. */
  private record Login(Map<String, String> configuration) implements VaultLoginSettings {

    @Override
    public Optional<String> method() {
      return value("method");
    }

    @Override
    public Optional<String> mount() {
      return Optional.empty();
    }

    @Override
    public Optional<String> role() {
      return Optional.empty();
    }

    @Override
    public Optional<Path> roleIdFile() {
      return value("role-id-file").map(Path::of);
    }

    @Override
    public Optional<Path> secretIdFile() {
      return value("secret-id-file").map(Path::of);
    }

    @Override
    public Optional<Path> tokenFile() {
      return value("token-file").map(Path::of);
    }

    private Optional<String> value(String name) {
      return Optional.ofNullable(configuration.get(LOGIN + "." + name));
    }
  }

  private VaultCheck() {}

  /**
   * Returns if key management can work with it.
   *
   * @param configuration key management's
   * @throws PlatformException in one line that says what is wrong
   */
  static void require(Map<String, String> configuration) {
    URI url = URI.create(Objects.requireNonNull(configuration.get(URL)));
    SSLContext tls = tls(configuration.get(AUTHORITY));
    VaultLogin login = login(configuration);
    try (VaultSession session =
        new VaultSession(
            new VaultConnection(url, null, () -> tls, PATIENCE), login, Clock.systemUTC())) {
      // No key's name: to be told that there is none shows that login, mount and rights are there.
      VaultAnswer answer = new VaultMount(session, MOUNT).read("keys/pulsewarden-probe");
      if (!answer.isSuccess() && !answer.isAbsent()) {
        throw answer.failure();
      }
    } catch (VaultUnavailableException failed) {
      throw new PlatformException("--vault " + url + ": " + advice(failed), failed);
    }
  }

  private static VaultLogin login(Map<String, String> configuration) {
    try {
      return VaultLogin.of(LOGIN, new Login(configuration))
          .orElseThrow(() -> new PlatformException("no login to Vault is configured"));
    } catch (IllegalArgumentException unusable) {
      throw new PlatformException(String.valueOf(unusable.getMessage()), unusable);
    }
  }

  private static String advice(VaultUnavailableException failed) {
    return switch (failed.reason()) {
      case UNREACHABLE -> String.valueOf(failed.getMessage());
      case SEALED -> "Vault is sealed: unseal it";
      case BUSY -> "Vault is busy or has no leader: try again";
      case FORBIDDEN ->
          "Vault does not know the token, or its policy does not allow this (403): see docs/vault.md";
      case NOT_FOUND ->
          "no Transit engine is mounted at '"
              + MOUNT
              + "', or the login is not enabled (404): see docs/vault.md";
      case IMPOSSIBLE -> "Vault does not take the RoleID and SecretID (400): see docs/vault.md";
    };
  }

  private static SSLContext tls(@Nullable String authority) {
    try {
      return authority == null
          ? SSLContext.getDefault()
          : ServerTrust.of(Pem.readCertificates(Path.of(authority)));
    } catch (GeneralSecurityException | IOException unreadable) {
      throw new PlatformException(
          "--vault-ca-file is no certificate in PEM: " + authority, unreadable);
    }
  }
}
