package io.pulsewarden.vault;

import java.net.URI;
import java.util.Optional;

/** Where Vault may be. */
public final class VaultAddress {

  private VaultAddress() {}

  /**
   * The address, if it will do.
   *
   * @param acceptRisk whether keys and tokens may go in clear all the same
   * @throws IllegalArgumentException whose message is one line that names the setting, if not
   */
  public static URI require(Optional<URI> url, boolean production, boolean acceptRisk) {
    URI address =
        url.orElseThrow(() -> new IllegalArgumentException("pulsewarden.vault.url is not set"));
    boolean https = "https".equalsIgnoreCase(address.getScheme());
    if (address.getHost() == null || !(https || "http".equalsIgnoreCase(address.getScheme()))) {
      throw new IllegalArgumentException("pulsewarden.vault.url is no https URL with a host");
    }
    if (!https && production && !acceptRisk) {
      throw new IllegalArgumentException(
          "pulsewarden.vault.url must be https in production: keys and tokens would go in clear;"
              + " or set pulsewarden.vault.accept-risk=true");
    }
    return address;
  }
}
