package io.pulsewarden.vault;

import io.github.jopenlibs.vault.Vault;
import io.github.jopenlibs.vault.VaultException;
import io.github.jopenlibs.vault.response.LogicalResponse;
import java.util.Map;

/**
 * Requests to one mounted engine, with a token that lives. Blocks. Thread-safe. Fails with {@link
 * VaultUnavailableException} where there is no answer that could be read.
 */
public final class VaultMount {

  /** One request to Vault. */
  private interface Request {
    LogicalResponse send(Vault vault) throws VaultException;
  }

  private final VaultSession session;
  private final String mount;
  private final VaultBulkhead bulkhead;

  public VaultMount(VaultSession session, String mount) {
    this(session, mount, VaultBulkhead.unbounded());
  }

  /** With so many requests at once as a bulkhead lets in. */
  public VaultMount(VaultSession session, String mount, VaultBulkhead bulkhead) {
    this.session = session;
    this.mount = mount;
    this.bulkhead = bulkhead;
  }

  /** 2xx or 4xx. */
  public VaultAnswer read(String path) {
    return send(vault -> vault.logical().read(mount + "/" + path));
  }

  /** 2xx or 4xx; the names are in {@code data.keys}. */
  public VaultAnswer list(String path) {
    return send(vault -> vault.logical().list(mount + "/" + path));
  }

  /**
   * 2xx or 4xx.
   *
   * @param body values are numbers, Booleans, Strings or the driver's own JSON
   */
  public VaultAnswer write(String path, Map<String, Object> body) {
    return send(vault -> vault.logical().write(mount + "/" + path, body));
  }

  private VaultAnswer send(Request request) {
    try (VaultBulkhead.Place _ = bulkhead.enter()) {
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
