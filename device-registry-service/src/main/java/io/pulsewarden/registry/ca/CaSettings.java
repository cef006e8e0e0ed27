package io.pulsewarden.registry.ca;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Which authority signs, and what. */
@ConfigMapping(prefix = "pulsewarden.ca")
interface CaSettings {

  /** {@code embedded} or {@code vault}. */
  @WithDefault("embedded")
  String authority();

  /** Folder of the embedded CA's certificates and encrypted keys; made at the first start. */
  @WithDefault("ca")
  Path dir();

  /** File whose first line is the passphrase of those keys; mode 0600. */
  Optional<Path> passphraseFile();

  /** That issuing keys lie on a disk is known and accepted; production does not start without. */
  @WithDefault("false")
  boolean acceptRisk();

  /** How long device certificates live. */
  @WithDefault("P90D")
  Duration certificateLifetime();

  /**
   * Where others reach this service's OCSP responder and revocation lists, without a slash at the
   * end: certificates carry it. None if absent.
   */
  Optional<URI> statusUrl();
}
