package io.pulsewarden.platform.commands;

import io.pulsewarden.platform.PlatformException;
import io.pulsewarden.platform.launch.VaultOptions;
import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A Vault instead of the keyring. Each option may come from the environment, too. */
final class VaultOption {

  @Option(
      names = "--vault",
      paramLabel = "URL",
      defaultValue = "${env:PULSEWARDEN_VAULT_URL:-" + Option.NULL_VALUE + "}",
      description =
          "Keep key-encryption keys in this Vault: docs/vault.md. Or PULSEWARDEN_VAULT_URL.")
  private @Nullable URI url;

  @Option(
      names = "--vault-role-id-file",
      paramLabel = "FILE",
      defaultValue = "${env:PULSEWARDEN_VAULT_ROLE_ID_FILE:-" + Option.NULL_VALUE + "}",
      description = "AppRole's RoleID. Or PULSEWARDEN_VAULT_ROLE_ID_FILE.")
  private @Nullable Path roleId;

  @Option(
      names = "--vault-secret-id-file",
      paramLabel = "FILE",
      defaultValue = "${env:PULSEWARDEN_VAULT_SECRET_ID_FILE:-" + Option.NULL_VALUE + "}",
      description = "AppRole's SecretID. Or PULSEWARDEN_VAULT_SECRET_ID_FILE.")
  private @Nullable Path secretId;

  @Option(
      names = "--vault-token-file",
      paramLabel = "FILE",
      defaultValue = "${env:PULSEWARDEN_VAULT_TOKEN_FILE:-" + Option.NULL_VALUE + "}",
      description = "A token, instead of AppRole. Or PULSEWARDEN_VAULT_TOKEN_FILE.")
  private @Nullable Path token;

  @Option(
      names = "--vault-ca-file",
      paramLabel = "FILE",
      defaultValue = "${env:PULSEWARDEN_VAULT_CA_FILE:-" + Option.NULL_VALUE + "}",
      description = "The CA of Vault's certificate. Or PULSEWARDEN_VAULT_CA_FILE.")
  private @Nullable Path authority;

  /** Null where none was given: the data folder knows what it began with. */
  @Nullable VaultOptions chosen() {
    URI given = url;
    if (given != null) {
      return new VaultOptions(given, roleId, secretId, token, authority);
    }
    if (roleId != null || secretId != null || token != null || authority != null) {
      throw new PlatformException("files for Vault are given, and no --vault");
    }
    return null;
  }
}
