package io.pulsewarden.audit.log;

import io.micrometer.core.instrument.MeterRegistry;
import io.pulsewarden.audit.checkpoint.LogConfiguration;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Looks after the topic's records while the service runs. */
@ApplicationScoped
class TrimmingLifecycle {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final TopicRecords topic;
  private final TopicTrimming trimming;
  private final long maxLag;
  private @Nullable Thread thread;

  TrimmingLifecycle(
      LogStore store,
      SequencerLifecycle sequencer,
      LogConfiguration log,
      MeterRegistry registry,
      Clock clock,
      @Identifier("default-kafka-broker") Map<String, Object> kafka) {
    LogConfiguration.Topic configured = log.topic();
    Duration keep =
        configured.keep().compareTo(configured.recoveryWindow()) > 0
            ? configured.keep()
            : configured.recoveryWindow();
    this.topic = new TopicRecordsClient(Map.copyOf(kafka));
    this.trimming =
        new TopicTrimming(
            topic,
            store,
            () -> sequencer.standing() == Sequencer.Standing.WORKING,
            clock,
            keep,
            configured.look());
    this.maxLag = configured.maxLag();
    registry.gauge("pulsewarden.audit.topic.lag", trimming, TopicTrimming::lag);
    registry.gauge("pulsewarden.audit.topic.records", trimming, TopicTrimming::kept);
  }

  void start(@Observes StartupEvent event) {
    thread = Thread.ofPlatform().name("log-topic").daemon().start(trimming);
  }

  void stop(@Observes ShutdownEvent event) throws InterruptedException {
    trimming.stop();
    Thread running = thread;
    if (running != null) {
      running.interrupt();
      running.join(PATIENCE);
    }
    topic.close();
  }

  long lag() {
    return trimming.lag();
  }

  boolean isAlarming() {
    return trimming.lag() > maxLag;
  }
}
