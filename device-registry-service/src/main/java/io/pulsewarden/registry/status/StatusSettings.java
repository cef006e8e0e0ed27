package io.pulsewarden.registry.status;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Settings of what others ask about certificates. */
@ConfigMapping(prefix = "pulsewarden.status")
interface StatusSettings {

  /** From an OCSP answer's thisUpdate to its nextUpdate. */
  @WithDefault("PT1H")
  Duration answerValidity();

  /** How long caches between here and whoever asks may keep an answer or a list. */
  @WithDefault("PT5M")
  Duration cachedFor();

  /** From a revocation list's thisUpdate to its nextUpdate. */
  @WithDefault("P1D")
  Duration listValidity();
}
