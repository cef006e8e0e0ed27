package io.pulsewarden.telemetry.bridge;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;

/** The brokers that this service reads from: none, unless they are named; docs/bridge.md. */
@ConfigMapping(prefix = "pulsewarden.bridge")
interface BridgeConfiguration {

  /** By a name of lower-case letters, digits and hyphens, which metrics have. */
  Map<String, Broker> brokers();

  /**
   * What tells this instance from the others, at the broker; it has to be the same after a restart.
   */
  @WithDefault("${HOSTNAME:local}")
  String node();

  /** The longest pause before the next attempt to connect. */
  @WithDefault("60s")
  Duration longestPause();

  /** One broker. */
  interface Broker {

    /** Such as {@code mqtts://broker.site.example:8883}. */
    URI url();

    /** As which gateway of the registry it speaks. */
    UUID gateway();

    /** The organisation that the gateway has to be of. */
    UUID organisation();

    /** Where its devices publish, such as {@code ward/+/{device}/vitals}. */
    String topic();

    /** Which of Quarkus' TLS configurations has our certificate and the broker's CA. */
    String tlsConfigurationName();

    /** The group of the shared subscription. */
    @WithDefault("pulsewarden")
    String group();

    /** Connections of this instance. */
    @WithDefault("2")
    int connections();

    /** Messages of one connection that may wait for Kafka. */
    @WithDefault("32")
    int receiveMaximum();

    /** Bytes of the largest packet; the broker drops larger ones. */
    @WithDefault("262144")
    long maximumPacketSize();

    /** How long the broker keeps messages for an instance that is away. */
    @WithDefault("7d")
    Duration sessionExpiry();
  }
}
