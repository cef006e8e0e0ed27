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

  /** Bytes of payload of all connections that may wait for Kafka. */
  @WithDefault("67108864")
  long pendingBytes();

  /** From the connection to its CONNECT. */
  @WithDefault("10s")
  Duration connectTimeout();
}
