package io.pulsewarden.telemetry.session;

import java.time.Duration;

/** The same settings, on another free port. */
record OtherPort(MqttConfiguration same) implements MqttConfiguration {

  /** Vert.x: any free port, another than that of servers with another negative number. */
  private static final int ANY_OTHER = -2;

  @Override
  public String host() {
    return same.host();
  }

  @Override
  public int port() {
    return ANY_OTHER;
  }

  @Override
  public int eventLoops() {
    return same.eventLoops();
  }

  @Override
  public int maximumPacketSize() {
    return same.maximumPacketSize();
  }

  @Override
  public int receiveMaximum() {
    return same.receiveMaximum();
  }

  @Override
  public int pendingWithoutReceiveMaximum() {
    return same.pendingWithoutReceiveMaximum();
  }

  @Override
  public long pendingBytes() {
    return same.pendingBytes();
  }

  @Override
  public int topicAliasMaximum() {
    return same.topicAliasMaximum();
  }

  @Override
  public int pendingQos0() {
    return same.pendingQos0();
  }

  @Override
  public Duration longestKeepAlive() {
    return same.longestKeepAlive();
  }

  @Override
  public Duration sessionExpiry() {
    return same.sessionExpiry();
  }

  @Override
  public Traffic traffic() {
    return same.traffic();
  }

  @Override
  public Duration connectTimeout() {
    return same.connectTimeout();
  }
}
