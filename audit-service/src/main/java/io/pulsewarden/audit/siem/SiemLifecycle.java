package io.pulsewarden.audit.siem;

import io.micrometer.core.instrument.MeterRegistry;
import io.pulsewarden.audit.checkpoint.LogConfiguration;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Starts a stream for each destination with the service, and ends them with it. */
@ApplicationScoped
class SiemLifecycle {

  private static final Duration PATIENCE = Duration.ofSeconds(3);
  private static final Duration IDLE = Duration.ofMillis(200);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  private final SiemCursorStore store;
  private final SiemConfiguration configuration;
  private final String origin;
  private final SiemMetrics metrics;
  private final SecureRandom random = new SecureRandom();
  private final List<SiemStream> streams = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();

  SiemLifecycle(
      SiemCursorStore store,
      SiemConfiguration configuration,
      LogConfiguration log,
      MeterRegistry registry) {
    this.store = store;
    this.configuration = configuration;
    this.origin = log.origin();
    this.metrics = new SiemMetrics(registry);
  }

  void start(@Observes StartupEvent event) {
    configuration.destinations().forEach((name, destination) -> add(stream(name, destination)));
  }

  private void add(SiemStream stream) {
    streams.add(stream);
    threads.add(Thread.ofVirtual().name("siem-" + stream.destination()).start(stream));
  }

  /**
   * A stream, not yet started.
   *
   * @throws IllegalArgumentException if the destination can't be one
   */
  SiemStream stream(String name, SiemConfiguration.Destination destination) {
    Supplier<Receiver> receivers = Receivers.of(destination, origin);
    return new SiemStream(
        name,
        store,
        () -> lease(name, destination),
        receivers,
        new OcsfMapping(origin),
        metrics,
        new BackOff(FIRST_PAUSE, LONGEST_PAUSE, random),
        IDLE);
  }

  /** The database may be away when the service starts: so the cursor is made here. */
  private @Nullable AutoCloseable lease(String name, SiemConfiguration.Destination destination) {
    store.begin(name, destination.start());
    return store.lease(name);
  }

  void stop(@Observes ShutdownEvent event) throws InterruptedException {
    streams.forEach(SiemStream::stop);
    threads.forEach(Thread::interrupt);
    for (Thread running : threads) {
      running.join(PATIENCE);
    }
  }

  List<SiemStream> streams() {
    return List.copyOf(streams);
  }

  long lag(SiemStream stream) {
    return metrics.lag(stream.destination());
  }
}
