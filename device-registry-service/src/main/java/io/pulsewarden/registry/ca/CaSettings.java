package io.pulsewarden.registry.ca;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Settings of the embedded authority. */
@ConfigMapping(prefix = "pulsewarden.ca")
interface CaSettings {

  /** Folder of the CA's certificates and encrypted keys; made at the first start. */
  @WithDefault("ca")
  Path dir();

  /** File whose first line is the passphrase of those keys; mode 0600. */
  Path passphraseFile();

  /** How long device certificates live. */
  @WithDefault("P90D")
  Duration certificateLifetime();

  /**
   * Where others reach this service's OCSP responder and revocation lists, without a slash at the
   * end: certificates carry it. None if absent.
   */
  Optional<URI> statusUrl();
}
