package io.pulsewarden.benchmarks.intake;

import io.pulsewarden.envelope.BaseKey;
import io.pulsewarden.secret.SecretBytes;
import io.pulsewarden.telemetry.intake.SealingPath;
import io.pulsewarden.telemetry.keys.BaseKeys;
import io.pulsewarden.telemetry.keys.KeyAnswer;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** What {@link PathScenario} starts: measures, and prints figures for it. One thread. */
public final class PathProcess {

  private static final int DEVICES = 50;
  private static final int ROUNDS = 3;
  private static final double NANOS_IN_A_MICRO = 1e3;
  private static final PrintStream OUT = System.out;

  private final Clock clock = Clock.systemUTC();
  private final List<VitalsPacket> packets = new ArrayList<>();
  private final List<SealingPath> paths = new ArrayList<>();
  private int next;

  private PathProcess(Optional<BaseKeys> keys) {
    for (int i = 0; i < DEVICES; i++) {
      UUID device = new UUID(2, i);
      packets.add(new VitalsPacket(device));
      paths.add(new SealingPath(device, keys));
    }
  }

  /** What to measure, of which there is one, and whether briefly. */
  public static void main(String[] arguments) {
    long seconds = Boolean.parseBoolean(arguments[1]) ? 2 : 8;
    UUID subjectKey = UUID.randomUUID();
    BaseKey key = new BaseKey(subjectKey, 1, SecretBytes.owning(new byte[BaseKey.LENGTH]));
    BaseKeys keys =
        requests ->
            CompletableFuture.completedFuture(
                requests.stream()
                    .<KeyAnswer>map(_ -> new KeyAnswer.Available(key.copy()))
                    .toList());
    PathProcess sealed = new PathProcess(Optional.of(keys));
    PathProcess plain = new PathProcess(Optional.empty());
    sealed.micros(seconds);
    plain.micros(seconds);
    double with = Double.MAX_VALUE;
    double without = Double.MAX_VALUE;
    for (int i = 0; i < ROUNDS; i++) {
      with = Math.min(with, sealed.micros(seconds));
      without = Math.min(without, plain.micros(seconds));
    }
    OUT.printf(
        Locale.ROOT,
        "figure|payload to sealed record, ten readings|%f|us|the same without encryption|%f%n",
        with,
        without);
  }

  /** Processor time a message, over so many seconds. */
  private double micros(long seconds) {
    var threads = ManagementFactory.getThreadMXBean();
    long cpu = threads.getCurrentThreadCpuTime();
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    long messages = 0;
    long bytes = 0;
    while (System.nanoTime() - until < 0) {
      bytes += message();
      messages++;
    }
    double micros = (threads.getCurrentThreadCpuTime() - cpu) / NANOS_IN_A_MICRO / messages;
    OUT.printf(Locale.ROOT, "%.2f us a message, %d bytes for Kafka%n", micros, bytes / messages);
    return micros;
  }

  private int message() {
    next = (next + 1) % DEVICES;
    VitalsPacket packet = packets.get(next);
    byte[] bytes = new byte[packet.length()];
    packet.next(clock.millis(), bytes, 0);
    byte[] payload = Arrays.copyOfRange(bytes, bytes.length - packet.payloadLength(), bytes.length);
    return paths.get(next).message(payload, packet.lastMillis());
  }
}
