package io.pulsewarden.simulator;

import io.pulsewarden.simulator.fleet.Counters;
import io.pulsewarden.simulator.mqtt.DeviceSession;
import java.util.List;
import java.util.OptionalLong;

/** What to simulate: makes the devices ready and says what they will send. */
sealed interface Plan permits DemoPlan, LoadPlan, ReplayPlan {

  /** Registers and enrols what is not yet; blocks until all devices could connect. */
  Prepared prepare(Workbench bench, Counters counters) throws InterruptedException;

  /**
   * Devices that could connect.
   *
   * @param expected how many messages have to be answered in the end, if that is known
   * @param ending what has to be closed after the run
   */
  record Prepared(List<DeviceSession> sessions, OptionalLong expected, Runnable ending)
      implements AutoCloseable {

    public Prepared {
      sessions = List.copyOf(sessions);
    }

    /** Devices that go on until they are stopped. */
    static Prepared endless(List<DeviceSession> sessions) {
      return new Prepared(sessions, OptionalLong.empty(), () -> {});
    }

    @Override
    public void close() {
      ending.run();
    }
  }
}
