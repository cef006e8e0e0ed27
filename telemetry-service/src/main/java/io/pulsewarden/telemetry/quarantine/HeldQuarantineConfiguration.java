package io.pulsewarden.telemetry.quarantine;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How much may stand in quarantine that nobody has decided about; docs/mqtt.md. */
@ConfigMapping(prefix = "pulsewarden.quarantine.held")
interface HeldQuarantineConfiguration {

  /** Inputs of one device; each is to be decided about by a person. */
  @WithDefault("20000")
  long deviceInputs();

  /** Sealed bytes of one device. */
  @WithDefault("67108864")
  long deviceBytes();

  @WithDefault("1000000")
  long organisationInputs();

  @WithDefault("4294967296")
  long organisationBytes();

  /** How often it is looked how much there is. */
  @WithDefault("5s")
  Duration lookedEach();
}
