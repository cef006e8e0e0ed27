package io.pulsewarden.keys.vault;

import io.pulsewarden.keys.kek.KekFailure;
import io.pulsewarden.keys.kek.KekUnavailableException;
import io.pulsewarden.vault.VaultAnswer;
import io.pulsewarden.vault.VaultBulkhead;
import io.pulsewarden.vault.VaultMount;
import io.pulsewarden.vault.VaultSession;
import io.pulsewarden.vault.VaultUnavailableException;
import java.util.Map;

/** Requests to one Transit mount; what Vault does not do, KEKs do not. Blocks. Thread-safe. */
final class TransitClient {

  private final VaultMount transit;

  TransitClient(VaultSession session, String mount) {
    this.transit = new VaultMount(session, mount);
  }

  TransitClient(VaultSession session, String mount, VaultBulkhead bulkhead) {
    this.transit = new VaultMount(session, mount, bulkhead);
  }

  /** 2xx or 4xx. */
  VaultAnswer read(String path) {
    try {
      return transit.read(path);
    } catch (VaultUnavailableException failed) {
      throw unavailable(failed);
    }
  }

  /**
   * 2xx or 4xx.
   *
   * @param body values are numbers, Strings or the driver's own JSON
   */
  VaultAnswer write(String path, Map<String, Object> body) {
    try {
      return transit.write(path, body);
    } catch (VaultUnavailableException failed) {
      throw unavailable(failed);
    }
  }

  /** An answer as a failure of the whole request. */
  static KekUnavailableException failure(VaultAnswer answer) {
    return unavailable(answer.failure());
  }

  private static KekUnavailableException unavailable(VaultUnavailableException failed) {
    KekFailure reason =
        switch (failed.reason()) {
          case UNREACHABLE -> KekFailure.UNREACHABLE;
          case SEALED -> KekFailure.SEALED;
          case BUSY -> KekFailure.BUSY;
          case FORBIDDEN -> KekFailure.FORBIDDEN;
          case NOT_FOUND -> KekFailure.NOT_FOUND;
          case IMPOSSIBLE -> KekFailure.IMPOSSIBLE;
        };
    return new KekUnavailableException(reason, String.valueOf(failed.getMessage()), failed);
  }
}
