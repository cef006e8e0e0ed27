package io.pulsewarden.audit.log;

import io.micrometer.core.instrument.MeterRegistry;
import io.pulsewarden.audit.checkpoint.LogConfiguration;
import io.pulsewarden.audit.checkpoint.SigningKeyFile;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/** Starts the sequencer with the service and ends it before the database's pool is closed. */
@ApplicationScoped
class SequencerLifecycle implements LogStanding {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Sequencer sequencer;
  private @Nullable Thread thread;

  SequencerLifecycle(
      LogStore store,
      LogLeaseStore leases,
      LogConfiguration log,
      MeterRegistry registry,
      Clock clock,
      @Identifier("default-kafka-broker") Map<String, Object> kafka,
      @ConfigProperty(name = "pulsewarden.tls.dir") Path tls,
      @ConfigProperty(name = "pulsewarden.trust-domain") String trustDomain)
      throws IOException, GeneralSecurityException {
    Map<String, Object> connection = Map.copyOf(kafka);
    this.sequencer =
        new Sequencer(
            leases::acquire,
            offset -> new AuditEventConsumer(connection, offset),
            new LogAppender(
                store,
                new HeadCheck(new ServiceCaFile(tls.resolve("service-ca.crt")), trustDomain)),
            new CheckpointPublisher(
                store,
                new SigningKeyFile(log.signingKeyFile()),
                log.origin(),
                new PublishedFile(log.publishedCheckpointFile())),
            new SequencerMetrics(registry, clock),
            Sequencer.PAUSE,
            Sequencer.ENOUGH);
  }

  void start(@Observes StartupEvent event) {
    thread = Thread.ofPlatform().name("log-sequencer").daemon().start(sequencer);
  }

  void stop(@Observes ShutdownEvent event) throws InterruptedException {
    sequencer.stop();
    Thread running = thread;
    if (running != null) {
      running.join(PATIENCE);
    }
  }

  Sequencer.Standing standing() {
    return sequencer.standing();
  }

  /** Somebody shows checkpoints that he says were published. */
  void shown(List<String> notes) {
    sequencer.shown(notes);
  }

  @Override
  public boolean holds() {
    return sequencer.holds();
  }
}
