package io.pulsewarden.registry.est;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Settings of enrolment. */
@ConfigMapping(prefix = "pulsewarden.enrolment")
interface EnrolmentSettings {

  /** An operator's own list of keys to refuse, such as Debian's weak ones; none if absent. */
  Optional<Path> blockedKeysFile();

  /** How many wrong claims one address may show in a minute. */
  @WithDefault("300")
  int wrongTriesPerMinute();

  /** What a device is told to wait while a person has not approved its enrolment yet. */
  @WithDefault("PT5M")
  Duration retryAfter();

  /** How long an expired certificate still renews, if it is its device's newest. */
  @WithDefault("P90D")
  Duration lateRenewal();
}
