package io.pulsewarden.simulator;

import io.pulsewarden.simulator.fleet.Counters;
import io.pulsewarden.simulator.identity.DeviceIdentity;
import io.pulsewarden.simulator.mqtt.DeviceSession;
import io.pulsewarden.simulator.state.DeviceSlot;
import io.pulsewarden.simulator.vitals.DeviceProfile;
import io.pulsewarden.simulator.vitals.GeneratedSource;
import io.pulsewarden.simulator.vitals.Physiology;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.Callable;

/**
 * A fleet of bedside devices, one for each of as many made-up patients.
 *
 * @param rate messages a second of all together
 * @param fixed whether the rate counts, whatever the registry configures
 */
record LoadPlan(int devices, double rate, boolean fixed) implements Plan {

  private static final double USUAL_RATE = 10;

  // Before the first reading's time, which lies a little in the past.
  private static final Duration WORN_SINCE = Duration.ofMinutes(10);

  LoadPlan {
    if (devices < 1 || !(rate > 0)) {
      throw new SimulatorException("--devices is at least 1 and --rate is positive");
    }
  }

  LoadPlan(LoadOptions options) {
    this(options.devices, options.rate == null ? USUAL_RATE : options.rate, options.rate != null);
  }

  @Override
  public Prepared prepare(Workbench bench, Counters counters) throws InterruptedException {
    Instant from = bench.clock().instant().minus(WORN_SINCE);
    List<Callable<DeviceIdentity>> making = new ArrayList<>();
    for (int i = 1; i <= devices; i++) {
      String name = String.format(Locale.ROOT, "load-%05d", i);
      making.add(() -> device(bench, name, from));
    }
    List<DeviceIdentity> ready = bench.ready(making);
    Duration interval = Duration.ofNanos((long) (1e9 * devices / rate));
    List<DeviceSession> sessions = new ArrayList<>();
    for (int i = 0; i < ready.size(); i++) {
      DeviceIdentity each = ready.get(i);
      GeneratedSource source =
          new GeneratedSource(
              each.device(),
              DeviceProfile.BEDSIDE,
              new Physiology(each.device().getMostSignificantBits()),
              interval,
              interval.multipliedBy(i).dividedBy(devices),
              bench.clock());
      sessions.add(bench.session(each, fixed ? source.atOwnRate() : source, counters));
    }
    return Prepared.endless(sessions);
  }

  private static DeviceIdentity device(Workbench bench, String name, Instant from)
      throws InterruptedException {
    DeviceSlot slot = bench.state().slot(name);
    return bench
        .provisioner()
        .provision(
            slot,
            "Simulated bedside monitor",
            () -> bench.patients().create(UUID.randomUUID().toString(), name),
            from);
  }
}
