package io.pulsewarden.telemetry.session;

import io.pulsewarden.telemetry.intake.IntakeBudget;
import io.pulsewarden.telemetry.intake.VitalsIntake;
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
  DeviceSession.Shared shared(
      VitalsIntake intake, IntakeBudget budget, TrafficLimits traffic, Clock clock) {
    return new DeviceSession.Shared(intake::accept, budget, traffic, clock);
  }
}
