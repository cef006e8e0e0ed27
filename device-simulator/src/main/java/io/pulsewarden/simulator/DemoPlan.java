package io.pulsewarden.simulator;

import io.pulsewarden.simulator.fleet.Counters;
import io.pulsewarden.simulator.identity.DeviceIdentity;
import io.pulsewarden.simulator.mqtt.DeviceSession;
import io.pulsewarden.simulator.vitals.DeviceProfile;
import io.pulsewarden.simulator.vitals.GeneratedSource;
import io.pulsewarden.simulator.vitals.Physiology;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** Listed devices, each at the pace of its kind. */
record DemoPlan(Path list) implements Plan {

  @Override
  public Prepared prepare(Workbench bench, Counters counters) throws InterruptedException {
    List<ListedDevice> listed = ListedDevice.read(list);
    List<Callable<DeviceIdentity>> making = new ArrayList<>();
    for (ListedDevice each : listed) {
      making.add(
          () ->
              bench
                  .provisioner()
                  .enrol(bench.state().slot("demo-" + each.device()), each.device(), each.claim()));
    }
    List<DeviceIdentity> ready = bench.ready(making);
    List<DeviceSession> sessions = new ArrayList<>();
    for (int i = 0; i < ready.size(); i++) {
      sessions.add(bench.session(ready.get(i), source(bench, listed.get(i)), counters));
    }
    return Prepared.endless(sessions);
  }

  private static GeneratedSource source(Workbench bench, ListedDevice device) {
    DeviceProfile profile = DeviceProfile.of(device.profile());
    return new GeneratedSource(
        device.device(),
        profile,
        new Physiology(device.patient().hashCode()),
        profile.interval(),
        Duration.ZERO,
        bench.clock());
  }
}
