package io.pulsewarden.keys.vault;

import io.github.jopenlibs.vault.json.JsonObject;
import io.pulsewarden.keys.kek.KekFailure;
import io.pulsewarden.keys.kek.KekProvider.Versions;
import io.pulsewarden.keys.kek.KekUnavailableException;
import io.pulsewarden.vault.VaultAnswer;
import java.util.Optional;

/**
 * What Vault says of a Transit key.
 *
 * @param minDecryption versions below it do not decrypt
 * @param minAvailable versions below it are gone
 */
record TransitKey(int latest, int minDecryption, int minAvailable) {

  /** Empty if there is no such key. */
  static Optional<TransitKey> read(TransitClient transit, String name) {
    VaultAnswer answer = transit.read("keys/" + name);
    if (answer.isAbsent()) {
      return Optional.empty();
    }
    JsonObject data = answer.data();
    if (!answer.isSuccess()) {
      throw TransitClient.failure(answer);
    }
    if (data == null || data.getInt("latest_version", 0) < 1) {
      throw new KekUnavailableException(
          KekFailure.UNREACHABLE, "Vault's answer is no Transit key", null);
    }
    return Optional.of(
        new TransitKey(
            data.getInt("latest_version", 0),
            data.getInt("min_decryption_version", 1),
            data.getInt("min_available_version", 0)));
  }

  Versions versions() {
    return new Versions(Math.max(1, Math.max(minDecryption, minAvailable)), latest);
  }
}
