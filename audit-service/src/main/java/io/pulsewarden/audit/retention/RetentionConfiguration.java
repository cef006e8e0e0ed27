package io.pulsewarden.audit.retention;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.LocalTime;

/** How long entries are kept. */
@ConfigMapping(prefix = "pulsewarden.retention")
interface RetentionConfiguration {

  /** Days; six years unless it is said otherwise (45 CFR 164.316(b)(2)(i)). */
  @WithDefault("2192")
  int keepDays();

  /** When it is looked each day whether older ones can go, UTC. */
  @WithDefault("03:10")
  LocalTime signAt();
}
