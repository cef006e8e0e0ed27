package io.pulsewarden.platform.launch;

import io.pulsewarden.platform.PlatformException;
import io.pulsewarden.platform.data.DataFolder;
import io.pulsewarden.platform.data.Passphrases;
import io.pulsewarden.platform.data.PropertiesFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a data folder's key-encryption keys are. It keeps what it began with: keys that the keyring
 * wrapped open with the keyring alone.
 *
 * @param values key management's configuration of it
 */
record KekSettings(Map<String, String> values) {

  private static final String REMEMBERED = "vault.properties";

  /**
   * The keyring, unless this folder began with a Vault or is about to.
   *
   * @throws PlatformException if the folder began with the keyring and a Vault is given
   */
  static KekSettings choose(DataFolder data, @Nullable VaultOptions given, Passphrases passphrases)
      throws IOException {
    Path keyring = data.of(Part.KEYS.key()).resolve("keyring.p12");
    if (given != null) {
      if (Files.exists(keyring)) {
        throw new PlatformException(
            "this folder's keys are wrapped by its keyring; start a new one with --data to use"
                + " Vault");
      }
      return new KekSettings(given.configuration());
    }
    Map<String, String> vault = PropertiesFile.read(data.secret(REMEMBERED));
    return vault.isEmpty() ? keyring(keyring, passphrases) : new KekSettings(vault);
  }

  /**
   * Asks the Vault, if it is one, whether key management can work with it, and has the folder
   * remember it. A crash before the end leaves a folder that begins anew.
   *
   * @throws PlatformException in one line, if not
   */
  void settle(DataFolder data) throws IOException {
    if (values.containsKey(VaultCheck.URL)) {
      VaultCheck.require(values);
      PropertiesFile.write(data.secret(REMEMBERED), values);
    }
  }

  private static KekSettings keyring(Path keyring, Passphrases passphrases) {
    return new KekSettings(
        Map.of(
            "pulsewarden.keyring.file",
            keyring.toString(),
            "pulsewarden.keyring.passphrase-file",
            passphrases.keyring().toString(),
            // Known here: this machine's platform is no production.
            "pulsewarden.keyring.accept-risk",
            "true"));
  }
}
