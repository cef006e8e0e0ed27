package io.pulsewarden.benchmarks.intake;

import io.pulsewarden.benchmarks.intake.WornDevices.Worn;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * Devices that together publish at a steady rate, each in its turn. One thread writes for all of
 * them, every two milliseconds: what the load costs is taken from what is measured on the same
 * processors.
 */
final class PacedLoad implements AutoCloseable {

  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
  private static final double NANOS = 1e9;

  private final List<DeviceLine> lines = new ArrayList<>();
  private final List<PacedDevice> devices = new ArrayList<>();
  private volatile boolean stopping;

  /**
   * Connects all, and begins.
   *
   * @param rate messages a second of all together
   */
  PacedLoad(WornDevices fleet, List<Worn> worn, double rate) throws IOException {
    long interval = (long) (NANOS * worn.size() / rate);
    try {
      for (Worn each : worn) {
        lines.add(
            new DeviceLine(
                fleet.trust().context(each.identity().keyManagers()),
                fleet.endpoints().mqtt(),
                each.identity().device()));
      }
    } catch (IOException refused) {
      lines.forEach(DeviceLine::close);
      throw refused;
    }
    for (int i = 0; i < lines.size(); i++) {
      devices.add(
          new PacedDevice(
              lines.get(i),
              worn.get(i).identity().device(),
              interval,
              interval * i / lines.size()));
    }
    Thread.ofPlatform().daemon().name("paced-load").start(this::write);
  }

  private void write() {
    while (!stopping) {
      long now = System.nanoTime();
      devices.forEach(each -> each.sendDue(now));
      LockSupport.parkNanos(TICK_NANOS);
    }
  }

  /** Messages acknowledged so far; fails if a device was let down. */
  long count() throws IOException {
    for (PacedDevice each : devices) {
      if (!each.failure().isEmpty()) {
        throw new IOException("a device was let down: " + each.failure());
      }
    }
    return devices.stream().mapToLong(PacedDevice::count).sum();
  }

  /** Round trips of all since this was last asked, in microseconds from when each was due. */
  Histogram takeMicros() {
    Histogram micros = new Histogram(3);
    devices.forEach(each -> micros.add(each.takeMicros()));
    return micros;
  }

  /** Sends nothing more, and waits until all is answered. */
  void stop() throws IOException {
    stopping = true;
    devices.forEach(PacedDevice::stop);
    while (!devices.stream().allMatch(PacedDevice::isSettled)) {
      long _ = count();
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  @Override
  public void close() {
    stopping = true;
    devices.forEach(PacedDevice::stop);
    lines.forEach(DeviceLine::close);
  }
}
