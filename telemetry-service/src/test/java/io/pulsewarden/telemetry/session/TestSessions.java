package io.pulsewarden.telemetry.session;

import io.pulsewarden.telemetry.presence.Connection;
import io.pulsewarden.telemetry.presence.Subscriptions;
import io.pulsewarden.telemetry.traffic.TrafficLimits;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;

/** What a session needs around it, as a test needs it. */
final class TestSessions {

  private TestSessions() {}

  /** A new connection that wants no session kept. */
  static Connection connection(UUID device, UUID organisation) {
    return new Connection(device, organisation, UUID.randomUUID(), false, 0);
  }

  /** The limits that are the default. */
  static TrafficLimits limits(Clock clock) {
    return new TrafficLimits(SessionConfiguration.rates(settings(Map.of()).traffic()), clock);
  }

  /** The settings that are the default, but for these. */
  static MqttConfiguration settings(Map<String, String> others) {
    return new SmallRyeConfigBuilder()
        .withMapping(MqttConfiguration.class)
        .withConverter(Duration.class, 200, new DurationConverter())
        .withDefaultValue("pulsewarden.mqtt.host", "127.0.0.1")
        .withDefaultValue("pulsewarden.mqtt.port", "0")
        .withDefaultValues(others)
        .build()
        .getConfigMapping(MqttConfiguration.class);
  }

  /** Hears how the session ended, and what the device acknowledged. */
  record Notes(Consumer<CloseReason> ends, Consumer<Long> versions, Runnable drops)
      implements DeviceSession.Ledger {

    @Override
    public void subscribed(Subscriptions subscriptions) {}

    @Override
    public void configured(long version) {
      versions.accept(version);
    }

    @Override
    public void dropped() {
      drops.run();
    }

    @Override
    public void closed(CloseReason reason) {
      ends.accept(reason);
    }
  }
}
