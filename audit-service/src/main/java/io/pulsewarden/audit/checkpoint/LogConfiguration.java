package io.pulsewarden.audit.checkpoint;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;

/** The log's name and key. */
@ConfigMapping(prefix = "pulsewarden.log")
public interface LogConfiguration {

  /** First line of each checkpoint: the log's name, for ever. */
  @WithDefault("${pulsewarden.trust-domain}/audit")
  String origin();

  /** Made at the first start; all instances of the service use the same one. */
  @WithDefault("log-signing.key")
  Path signingKeyFile();

  /** Who may read whole entry bundles, which hold the entries of every organisation. */
  @WithDefault("auditor")
  String bundleRole();
}
