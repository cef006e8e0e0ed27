package io.pulsewarden.audit.log;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.pulsewarden.contracts.audit.v1.FindingKind;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;

/** What the sequencer counts, and what it warns of. */
final class SequencerMetrics {

  private static final Logger LOG = Logger.getLogger(SequencerMetrics.class);
  private static final String FINDINGS = "pulsewarden.audit.findings";

  private final MeterRegistry registry;
  private final Clock clock;
  private final Timer latency;
  private final AtomicLong size;

  SequencerMetrics(MeterRegistry registry, Clock clock) {
    this.registry = registry;
    this.clock = clock;
    this.latency = registry.timer("pulsewarden.audit.event.to.checkpoint");
    this.size = registry.gauge("pulsewarden.audit.log.size", new AtomicLong());
    for (FindingKind kind : FindingKind.values()) {
      if (kind != FindingKind.UNRECOGNIZED) {
        registry.counter(FINDINGS, "kind", kind.name());
      }
    }
  }

  void published(AppendOutcome.Committed batch) {
    size.set(batch.head().size());
    registry.counter("pulsewarden.audit.leaves").increment(batch.leaves().size());
    registry.counter("pulsewarden.audit.duplicates").increment((double) batch.duplicates());
    long index = batch.head().size() - batch.leaves().size();
    long now = clock.millis();
    for (Leaf leaf : batch.leaves()) {
      leaf.record()
          .ifPresent(
              read -> latency.record(Duration.ofMillis(Math.max(0, now - read.getRecordedAtMs()))));
      for (FindingKind kind : leaf.findings()) {
        registry.counter(FINDINGS, "kind", kind.name()).increment();
        LOG.warnf("finding in the audit log kind=%s leaf=%d", kind, index);
      }
      index++;
    }
  }
}
