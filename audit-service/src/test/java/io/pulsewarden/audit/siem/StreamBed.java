package io.pulsewarden.audit.siem;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Random;
import java.util.function.Supplier;

/** A stream that runs until the test is over, with short pauses. */
final class StreamBed implements AutoCloseable {

  static final String DESTINATION = "siem";
  static final String ORIGIN = "test.example/log";
  static final Duration SOON = Duration.ofSeconds(60);

  final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  final SiemStream stream;
  private final Thread thread;

  StreamBed(LogTail tail, Supplier<? extends Receiver> receivers) {
    this.stream =
        new SiemStream(
            DESTINATION,
            tail,
            () -> () -> {},
            receivers,
            new OcsfMapping(ORIGIN),
            new SiemMetrics(registry),
            new BackOff(Duration.ofMillis(10), Duration.ofMillis(200), new Random(1)),
            Duration.ofMillis(10));
    this.thread = Thread.ofVirtual().start(stream);
  }

  double failures() {
    return registry.counter("pulsewarden.siem.failures", "destination", "siem").count();
  }

  @Override
  public void close() {
    stream.stop();
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
