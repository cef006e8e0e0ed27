package io.pulsewarden.telemetry.devicefeed;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How old the news of the registry may be; docs/mqtt.md says what devices see of it. */
@ConfigMapping(prefix = "pulsewarden.device-feed")
interface DeviceFeedConfiguration {

  /** Without a heartbeat for longer, no session is opened. */
  @WithDefault("30s")
  Duration noNewSessionsAfter();

  /** Without a heartbeat for longer, open sessions close. */
  @WithDefault("15m")
  Duration noSessionsAfter();
}
