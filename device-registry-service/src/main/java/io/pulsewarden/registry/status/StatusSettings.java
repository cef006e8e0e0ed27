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

  /** OCSP answers that are signed for one address (of IPv6, its first 64 bits) in a minute. */
  @WithDefault("6000")
  int signaturesPerMinute();

  /** OCSP answers that are looked up and signed at once, for all. */
  @WithDefault("8")
  int signaturesAtOnce();

  /** OCSP answers that wait for their turn, for all. */
  @WithDefault("256")
  int signaturesWaiting();
}
