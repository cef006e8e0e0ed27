package io.pulsewarden.vault;

import java.nio.file.Path;
import java.util.Optional;

/** One way in to Vault, as it is configured. */
public interface VaultLoginSettings {

  /** {@code approle}, {@code kubernetes}, {@code cert} or {@code token}. */
  Optional<String> method();

  /** Of the auth method; its name, unless told. */
  Optional<String> mount();

  /** For kubernetes. */
  Optional<String> role();

  /** For approle. */
  Optional<Path> roleIdFile();

  /** For approle; nobody else may read it. */
  Optional<Path> secretIdFile();

  /** For token, and for kubernetes where it is not the usual one; nobody else may read it. */
  Optional<Path> tokenFile();
}
