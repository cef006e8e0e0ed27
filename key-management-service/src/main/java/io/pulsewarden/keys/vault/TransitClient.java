package io.pulsewarden.keys.vault;

import io.github.jopenlibs.vault.Vault;
import io.github.jopenlibs.vault.VaultException;
import io.github.jopenlibs.vault.response.LogicalResponse;
import java.util.Map;

/** Requests to one Transit mount, with a token that lives. Blocks. Thread-safe. */
final class TransitClient {

  /** One request to Vault. */
  private interface Request {
    LogicalResponse send(Vault vault) throws VaultException;
  }

  private final VaultSession session;
  private final String mount;

  TransitClient(VaultSession session, String mount) {
    this.session = session;
    this.mount = mount;
  }

  /** 2xx or 4xx. */
  VaultAnswer read(String path) {
    return send(vault -> vault.logical().read(mount + "/" + path));
  }

  /**
   * 2xx or 4xx.
   *
   * @param body values are numbers, Strings or the driver's own JSON
   */
  VaultAnswer write(String path, Map<String, Object> body) {
    return send(vault -> vault.logical().write(mount + "/" + path, body));
  }

  private VaultAnswer send(Request request) {
    try {
      Vault vault = session.vault();
      VaultAnswer answer = VaultAnswer.of(request.send(vault));
      return answer.isForbidden() && session.replaceIfUnknown(vault)
          ? VaultAnswer.of(request.send(session.vault()))
          : answer;
    } catch (VaultException failed) {
      throw VaultAnswer.failure(failed);
    }
  }
}
