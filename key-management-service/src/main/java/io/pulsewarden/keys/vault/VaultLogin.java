package io.pulsewarden.keys.vault;

import io.github.jopenlibs.vault.Vault;
import io.github.jopenlibs.vault.VaultException;
import io.github.jopenlibs.vault.response.AuthResponse;
import io.pulsewarden.keys.kek.KekFailure;
import io.pulsewarden.keys.kek.KekUnavailableException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How we get a token. Files are read at each login, so that what renews them need not restart us.
 * Tokens and secret ids are Strings because the driver's are.
 */
sealed interface VaultLogin {

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

  /** Logs in by a client without a token. */
  Token login(Vault vault) throws VaultException;

  /** RoleID and SecretID, each alone in a file. */
  record AppRole(String mount, Path roleId, Path secretId) implements VaultLogin {
    @Override
    public Token login(Vault vault) throws VaultException {
      return token(vault.auth().loginByAppRole(mount, read(roleId), read(secretId)));
    }
  }

  /** The pod's service account. */
  record Kubernetes(String mount, String role, Path jwt) implements VaultLogin {
    @Override
    public Token login(Vault vault) throws VaultException {
      return token(vault.auth().loginByKubernetes(role, read(jwt), "auth/" + mount));
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
      return new Token(read(file), 0, false);
    }
  }

  private static Token token(AuthResponse answer) {
    return new Token(
        answer.getAuthClientToken(), answer.getAuthLeaseDuration(), answer.isAuthRenewable());
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8).strip();
    } catch (IOException unreadable) {
      throw new KekUnavailableException(
          KekFailure.FORBIDDEN, "a file to log in to Vault can't be read: " + file, unreadable);
    }
  }
}
