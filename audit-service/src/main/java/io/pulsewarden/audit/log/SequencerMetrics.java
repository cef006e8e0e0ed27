package io.pulsewarden.audit.log;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.pulsewarden.contracts.audit.v1.Finding;
import io.pulsewarden.contracts.audit.v1.FindingKind;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;

/** What the sequencer counts, and what it warns of. */
class SequencerMetrics {

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

  /** An alert: what the log says of itself is for people to look into. May come twice. */
  void alert(Finding finding) {
    registry.counter(FINDINGS, "kind", finding.getKind().name()).increment();
    LOG.errorf(
        "finding in the audit log kind=%s service=%s incarnation=%s sequence=%d leaf=%d",
        finding.getKind(),
        finding.getService().replaceAll("[^a-z0-9-]", "?"),
        HexFormat.of().formatHex(finding.getIncarnation().toByteArray()),
        finding.getSequence(),
        finding.getLeafIndex());
  }

  /** What is committed, and not yet published. */
  void found(AppendOutcome.Committed batch) {
    batch.leaves().forEach(leaf -> leaf.finding().ifPresent(this::alert));
  }

  void published(AppendOutcome.Committed batch) {
    size.set(batch.head().size());
    registry.counter("pulsewarden.audit.leaves").increment(batch.leaves().size());
    registry.counter("pulsewarden.audit.duplicates").increment((double) batch.duplicates());
    long now = clock.millis();
    for (Leaf leaf : batch.leaves()) {
      leaf.record()
          .ifPresent(
              read -> latency.record(Duration.ofMillis(Math.max(0, now - read.getRecordedAtMs()))));
    }
  }
}
