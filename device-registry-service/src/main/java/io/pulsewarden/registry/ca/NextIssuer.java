package io.pulsewarden.registry.ca;

import java.security.cert.X509Certificate;

/** What became of the wish for another issuing CA. */
public sealed interface NextIssuer {

  /**
   * It signs as soon as the device feed has named it for long enough; those before it stay issuers
   * until they expire.
   */
  record Introduced(X509Certificate certificate) implements NextIssuer {}

  /** The root's key is not here, and nobody has laid down an issuing CA that it signed. */
  record RootOffline() implements NextIssuer {}

  /** The server that keeps the keys still signs with the same one. */
  record Unchanged() implements NextIssuer {}
}
