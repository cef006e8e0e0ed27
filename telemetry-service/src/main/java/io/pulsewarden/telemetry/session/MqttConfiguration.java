package io.pulsewarden.telemetry.session;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Limits of the MQTT endpoint; docs/mqtt.md says what devices see of them. */
@ConfigMapping(prefix = "pulsewarden.mqtt")
interface MqttConfiguration {

  String host();

  /** 0 for any free one. */
  int port();

  /** Event loops that accept connections. */
  @WithDefault("2")
  int eventLoops();

  /** Bytes of the largest packet that is taken. */
  @WithDefault("262144")
  int maximumPacketSize();

  /** QoS 1 messages of one connection that may wait for their PUBACK, as MQTT 5 is told. */
  @WithDefault("16")
  int receiveMaximum();

  /** The same for MQTT 3.1.1, whose clients can't be told. */
  @WithDefault("64")
  int pendingWithoutReceiveMaximum();

  /** Bytes of all connections' messages, and of what they become, that may wait for Kafka. */
  @WithDefault("67108864")
  long pendingBytes();

  /** Topics that a device may give a number on a connection, in MQTT 5. */
  @WithDefault("16")
  int topicAliasMaximum();

  /** QoS 0 messages of one connection that may wait for Kafka; further ones are dropped. */
  @WithDefault("64")
  int pendingQos0();

  /** The longest pause between packets that a device may ask for, in MQTT's unit of seconds. */
  @WithDefault("15m")
  Duration longestKeepAlive();

  /** The longest that a session is kept after its connection, whatever the device asks for. */
  @WithDefault("7d")
  Duration sessionExpiry();

  /** How much a device and an organisation may send. */
  Traffic traffic();

  /** Limits of each instance; a session that goes beyond them is closed. */
  interface Traffic {

    @WithDefault("1000")
    double deviceMessagesPerSecond();

    @WithDefault("4194304")
    double deviceBytesPerSecond();

    @WithDefault("50000")
    double organisationMessagesPerSecond();

    @WithDefault("67108864")
    double organisationBytesPerSecond();

    /** What goes to quarantine: refused records, or kilobytes of them, whichever is more. */
    @WithDefault("100")
    double deviceQuarantinedPerSecond();

    @WithDefault("2000")
    double organisationQuarantinedPerSecond();

    /** Topic filters in SUBSCRIBE and UNSUBSCRIBE. */
    @WithDefault("10")
    double deviceSubscriptionsPerSecond();

    @WithDefault("2")
    double deviceConnectsPerSecond();

    /** For how long a sender that was silent may send at a higher rate: so much at once. */
    @WithDefault("10s")
    Duration burst();
  }

  /** From the connection to its CONNECT. */
  @WithDefault("10s")
  Duration connectTimeout();
}
