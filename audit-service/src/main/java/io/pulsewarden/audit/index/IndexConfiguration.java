package io.pulsewarden.audit.index;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.time.LocalTime;

/** When the index is looked after. */
@ConfigMapping(prefix = "pulsewarden.index")
interface IndexConfiguration {

  /** When it is compared with the log each day, UTC. */
  @WithDefault("02:30")
  LocalTime checkAt();

  /** How often the service looks whether the owner wants it built anew. */
  @WithDefault("5s")
  Duration buildInterval();
}
