package io.pulsewarden.benchmarks.intake;

import io.pulsewarden.benchmarks.BenchPlatform;
import io.pulsewarden.simulator.endpoints.ServerTrust;
import io.pulsewarden.simulator.identity.DeviceIdentity;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/** Devices that publish as fast as they are acknowledged, and what a server's process needs. */
final class Load {

  private static final double NANOS = 1e9;
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final BenchPlatform platform;
  private final ServerTrust trust;
  private final int window;

  /**
   * What was measured.
   *
   * @param cpuMicros of the server's process for each message acknowledged
   * @param micros round trips from PUBLISH to PUBACK
   * @param perSecond messages acknowledged in each second, warm-up included
   * @param processors who used the machine's processors meanwhile
   */
  record Result(
      double rate,
      double cpuMicros,
      Histogram micros,
      List<Long> perSecond,
      List<String> processors) {}

  Load(BenchPlatform platform, ServerTrust trust, int window) {
    this.platform = platform;
    this.trust = trust;
    this.window = window;
  }

  /**
   * Connects all, lets them run, measures after the warm-up, and waits for the last PUBACK.
   *
   * @param what names the recording, if one is asked for
   */
  Result run(
      String server,
      ProcessHandle process,
      List<DeviceIdentity> devices,
      String what,
      Duration warmUp,
      Duration measured)
      throws IOException, InterruptedException {
    List<DeviceLine> lines = new ArrayList<>();
    try {
      List<LoadDevice> load = new ArrayList<>();
      for (DeviceIdentity each : devices) {
        DeviceLine line = new DeviceLine(trust.context(each.keyManagers()), server, each.device());
        lines.add(line);
        load.add(new LoadDevice(line, each.device(), window));
      }
      return run(load, process, what, warmUp, measured);
    } finally {
      lines.forEach(DeviceLine::close);
    }
  }

  private Result run(
      List<LoadDevice> load, ProcessHandle process, String what, Duration warmUp, Duration measured)
      throws IOException, InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (LoadDevice each : load) {
      threads.add(Thread.ofPlatform().daemon().start(each));
    }
    List<Long> perSecond = new ArrayList<>();
    watch(load, warmUp, perSecond);
    load.forEach(LoadDevice::takeMicros);
    Duration cpu;
    Duration spent;
    long took;
    long answered;
    List<String> processors;
    try (Recording _ = Recording.of(process, what)) {
      ProcessorTime before = ProcessorTime.now(platform, process);
      cpu = cpu(process);
      long count = count(load);
      long began = System.nanoTime();
      watch(load, measured, perSecond);
      took = System.nanoTime() - began;
      spent = cpu(process).minus(cpu);
      answered = count(load) - count;
      processors =
          ProcessorTime.now(platform, process).since(before, Duration.ofNanos(took), answered);
    }
    Histogram micros = new Histogram(3);
    load.forEach(each -> micros.add(each.takeMicros()));
    load.forEach(LoadDevice::stop);
    for (Thread each : threads) {
      boolean _ = each.join(Duration.ofMinutes(1));
    }
    check(load);
    return new Result(
        answered * NANOS / took,
        spent.toNanos() / 1_000.0 / Math.max(1, answered),
        micros,
        perSecond,
        processors);
  }

  private static void watch(List<LoadDevice> load, Duration time, List<Long> perSecond)
      throws IOException {
    long before = count(load);
    long next = System.nanoTime();
    for (long i = 0; i < time.toSeconds(); i++) {
      next += SECOND;
      for (long left = SECOND; left > 0; left = next - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
      long now = count(load);
      perSecond.add(now - before);
      before = now;
      check(load);
    }
  }

  private static void check(List<LoadDevice> load) throws IOException {
    for (LoadDevice each : load) {
      if (!each.failure().isEmpty()) {
        throw new IOException("a device was let down: " + each.failure());
      }
    }
  }

  private static long count(List<LoadDevice> load) {
    return load.stream().mapToLong(LoadDevice::count).sum();
  }

  private static Duration cpu(ProcessHandle process) {
    return process.info().totalCpuDuration().orElseThrow();
  }
}
