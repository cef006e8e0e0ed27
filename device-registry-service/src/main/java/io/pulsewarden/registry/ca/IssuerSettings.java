package io.pulsewarden.registry.ca;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Settings of issuing CAs that come and go. */
@ConfigMapping(prefix = "pulsewarden.issuers")
interface IssuerSettings {

  /**
   * How long the device feed has named an issuing CA before it signs. Longer than the feed may be
   * old at a telemetry instance that lets devices in: then each such instance has read of it.
   */
  @WithDefault("PT45S")
  Duration announcedFor();
}
