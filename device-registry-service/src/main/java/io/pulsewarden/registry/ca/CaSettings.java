package io.pulsewarden.registry.ca;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;

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
}
