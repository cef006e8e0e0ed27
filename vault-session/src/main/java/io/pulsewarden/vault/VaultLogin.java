package io.pulsewarden.vault;

import io.github.jopenlibs.vault.Vault;
import io.github.jopenlibs.vault.VaultException;
import io.github.jopenlibs.vault.response.AuthResponse;
import io.pulsewarden.secret.ExposedSecretException;
import io.pulsewarden.secret.SecretFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How we get a token. Files are read at each login, so that what renews them need not restart us;
 * one that others may read is not read. Tokens and secret ids are Strings because the driver's are.
 */
public sealed interface VaultLogin {

  /** Where Kubernetes puts a pod's token. */
  Path SERVICE_ACCOUNT = Path.of("/var/run/secrets/kubernetes.io/serviceaccount/token");

  /**
   * A token.
   *
   * @param seconds it lives; 0 for one that we neither renew nor know the end of
   */
  record Token(String text, long seconds, boolean renewable) {

    @Override
    public String toString() {
      return "Token[redacted]";
    }
  }

  /** At who may read a secret's file. */
  interface Look {
    void at(Path file) throws IOException;
  }

  /** Logs in by a client without a token. */
  Token login(Vault vault) throws VaultException;

  /** RoleID, which is no secret, and SecretID, each alone in a file. */
  record AppRole(String mount, Path roleId, Path secretId) implements VaultLogin {
    @Override
    public Token login(Vault vault) throws VaultException {
      return token(
          vault
              .auth()
              .loginByAppRole(mount, read(roleId), secret(secretId, SecretFile::requirePrivate)));
    }
  }

  /** The pod's service account, whose token the kubelet lets the pod's group read. */
  record Kubernetes(String mount, String role, Path jwt) implements VaultLogin {
    @Override
    public Token login(Vault vault) throws VaultException {
      String token = secret(jwt, SecretFile::requireKeptFromOthers);
      return token(vault.auth().loginByKubernetes(role, token, "auth/" + mount));
    }
  }

  /** The client certificate of the connection. */
  record Certificate(String mount) implements VaultLogin {
    @Override
    public Token login(Vault vault) throws VaultException {
      return token(vault.auth().loginByCert(mount));
    }
  }

  /** A token that somebody else, such as Vault's agent, renews in its file. */
  record TokenFile(Path file) implements VaultLogin {
    @Override
    public Token login(Vault vault) {
      return new Token(secret(file, SecretFile::requirePrivate), 0, false);
    }
  }

  /**
   * What is configured; empty if no method is.
   *
   * @param prefix of the settings, for messages
   * @throws IllegalArgumentException whose message is one line that names the setting, if there is
   *     no such method, it lacks something, or others may read its secret. A secret that is not
   *     there may come later
   */
  static Optional<VaultLogin> of(String prefix, VaultLoginSettings settings) {
    return settings
        .method()
        .map(
            method ->
                switch (method) {
                  case "approle" ->
                      new AppRole(
                          settings.mount().orElse(method),
                          required(prefix, "role-id-file", settings.roleIdFile()),
                          secret(
                              prefix,
                              "secret-id-file",
                              settings.secretIdFile(),
                              SecretFile::requirePrivate));
                  case "kubernetes" ->
                      new Kubernetes(
                          settings.mount().orElse(method),
                          required(prefix, "role", settings.role()),
                          secret(
                              prefix,
                              "token-file",
                              settings.tokenFile().or(() -> Optional.of(SERVICE_ACCOUNT)),
                              SecretFile::requireKeptFromOthers));
                  case "cert" -> new Certificate(settings.mount().orElse(method));
                  case "token" ->
                      new TokenFile(
                          secret(
                              prefix,
                              "token-file",
                              settings.tokenFile(),
                              SecretFile::requirePrivate));
                  default ->
                      throw new IllegalArgumentException(
                          prefix + ".method must be one of approle, kubernetes, cert, token");
                });
  }

  private static <T> T required(String prefix, String name, Optional<T> value) {
    return value.orElseThrow(
        () -> new IllegalArgumentException(prefix + "." + name + " is not set"));
  }

  private static Path secret(String prefix, String name, Optional<Path> value, Look look) {
    Path file = required(prefix, name, value);
    try {
      look.at(file);
    } catch (ExposedSecretException exposed) {
      throw new IllegalArgumentException(prefix + "." + name + ": " + exposed.getMessage());
    } catch (IOException notThere) {
      // A trim's SecretID comes for an hour; each login says so if it is not there.
    }
    return file;
  }

  private static Token token(AuthResponse answer) {
    return new Token(
        answer.getAuthClientToken(), answer.getAuthLeaseDuration(), answer.isAuthRenewable());
  }

  private static String secret(Path file, Look look) {
    try {
      look.at(file);
    } catch (ExposedSecretException exposed) {
      throw new VaultUnavailableException(
          VaultFailure.FORBIDDEN, "no login to Vault: " + exposed.getMessage(), exposed);
    } catch (IOException notThere) {
      throw unreadable(file, notThere);
    }
    return read(file);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8).strip();
    } catch (IOException failed) {
      throw unreadable(file, failed);
    }
  }

  private static VaultUnavailableException unreadable(Path file, IOException failed) {
    return new VaultUnavailableException(
        VaultFailure.FORBIDDEN, "a file to log in to Vault can't be read: " + file, failed);
  }
}
