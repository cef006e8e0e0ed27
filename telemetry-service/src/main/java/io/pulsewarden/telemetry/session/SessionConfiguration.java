package io.pulsewarden.telemetry.session;

import io.pulsewarden.telemetry.intake.IntakeBudget;
import io.pulsewarden.telemetry.intake.VitalsIntake;
import io.pulsewarden.telemetry.traffic.Rates;
import io.pulsewarden.telemetry.traffic.TrafficLimits;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;

/** What all sessions of this instance share. */
@Singleton
class SessionConfiguration {

  @Produces
  @Singleton
  IntakeBudget budget(MqttConfiguration limits) {
    return new IntakeBudget(limits.pendingBytes());
  }

  @Produces
  @Singleton
  TrafficLimits traffic(MqttConfiguration limits, Clock clock) {
    return new TrafficLimits(rates(limits.traffic()), clock);
  }

  static Rates rates(MqttConfiguration.Traffic traffic) {
    return new Rates(
        new Rates.OfDevice(
            traffic.deviceMessagesPerSecond(),
            traffic.deviceBytesPerSecond(),
            traffic.deviceQuarantinedPerSecond(),
            traffic.deviceSubscriptionsPerSecond(),
            traffic.deviceConnectsPerSecond()),
        new Rates.OfOrganisation(
            traffic.organisationMessagesPerSecond(),
            traffic.organisationBytesPerSecond(),
            traffic.organisationQuarantinedPerSecond()),
        traffic.burst());
  }

  @Produces
  @Singleton
  DeviceSession.Shared shared(
      VitalsIntake intake, IntakeBudget budget, TrafficLimits traffic, Clock clock) {
    return new DeviceSession.Shared(intake::accept, budget, traffic, clock);
  }
}
