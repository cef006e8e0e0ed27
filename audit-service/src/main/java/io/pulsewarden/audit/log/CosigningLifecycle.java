package io.pulsewarden.audit.log;

import io.micrometer.core.instrument.MeterRegistry;
import io.pulsewarden.audit.checkpoint.LogConfiguration;
import io.pulsewarden.audit.witness.Witnesses;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Asks witnesses while the service runs, if there are any. */
@ApplicationScoped
class CosigningLifecycle {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final double MILLIS = 1000;

  private final Witnesses witnesses;
  private final CosignedPublisher publisher;
  private final LogConfiguration.Witnesses configured;
  private final Clock clock;
  private @Nullable Thread thread;

  @Inject
  CosigningLifecycle(
      LogStore store,
      SequencerLifecycle sequencer,
      LogConfiguration log,
      MeterRegistry registry,
      Clock clock)
      throws IOException, GeneralSecurityException {
    this(store, sequencer::shown, log.witnesses(), registry, clock);
  }

  /**
   * @param shown is told of checkpoints that witnesses show for what they say against the log
   */
  CosigningLifecycle(
      LogState store,
      Consumer<List<String>> shown,
      LogConfiguration.Witnesses configured,
      MeterRegistry registry,
      Clock clock)
      throws IOException, GeneralSecurityException {
    this.configured = configured;
    this.clock = clock;
    this.witnesses =
        Witnesses.of(
            configured,
            (witness, answer) ->
                registry
                    .counter(
                        "pulsewarden.audit.witness.answers", "witness", witness, "answer", answer)
                    .increment());
    this.publisher = new CosignedPublisher(store, witnesses, clock, configured.pause(), shown);
    registry.gauge(
        "pulsewarden.audit.witness.accusations", witnesses, all -> all.accusations().size());
    registry.gauge(
        "pulsewarden.audit.quorum.missed.seconds", publisher, _ -> missed().toMillis() / MILLIS);
  }

  void start(@Observes StartupEvent event) {
    begin();
  }

  void stop(@Observes ShutdownEvent event) throws InterruptedException {
    end();
  }

  void begin() {
    if (witnesses.any()) {
      thread = Thread.ofPlatform().name("log-witnesses").daemon().start(publisher);
    }
  }

  void end() throws InterruptedException {
    publisher.stop();
    witnesses.close();
    Thread running = thread;
    if (running != null) {
      running.interrupt();
      running.join(PATIENCE);
    }
  }

  /** For how long the newest checkpoint has been without its quorum. */
  Duration missed() {
    return publisher
        .missedSince()
        .map(since -> Duration.between(since, clock.instant()))
        .orElse(Duration.ZERO);
  }

  Optional<Instant> missedSince() {
    return publisher.missedSince();
  }

  boolean isAlarming() {
    return missed().compareTo(configured.alarmAfter()) > 0;
  }

  /** Witnesses that say that this log is not the one that they cosigned, and how they say it. */
  List<String> accusations() {
    return witnesses.accusations().stream()
        .map(one -> one.witness() + " " + one.kind())
        .sorted()
        .toList();
  }

  int quorum() {
    return configured.quorum();
  }
}
