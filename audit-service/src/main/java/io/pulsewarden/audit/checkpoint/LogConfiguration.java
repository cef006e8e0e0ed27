package io.pulsewarden.audit.checkpoint;

import io.smallrye.config.ConfigMapping;
import java.nio.file.Path;

/** The log's name and key; the defaults stand in application.properties. */
@ConfigMapping(prefix = "pulsewarden.log")
public interface LogConfiguration {

  /** First line of each checkpoint: the log's name, for ever. */
  String origin();

  /** Made at the first start; all instances of the service use the same one. */
  Path signingKeyFile();

  /**
   * The newest checkpoint that this instance published, outside the database: it shows when the
   * database is an older one.
   */
  Path publishedCheckpointFile();

  /** Who may read whole entry bundles, which hold the entries of every organisation. */
  String bundleRole();
}
