package io.pulsewarden.telemetry.intake;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Settings of the way to Kafka. */
@ConfigMapping(prefix = "pulsewarden.intake")
interface IntakeConfiguration {

  /**
   * How long a message is tried, for keys and for Kafka each, before its device is told to wait.
   */
  @WithDefault("30s")
  Duration deliveryTimeout();

  /**
   * How long a message may wait for others that go to Kafka in the same request. Each request costs
   * service and broker as much as several messages do; a device waits so much longer for its
   * PUBACK.
   */
  @WithDefault("10ms")
  Duration linger();
}
