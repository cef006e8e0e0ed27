package io.pulsewarden.audit.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pulsewarden.contracts.audit.v1.FindingKind;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SequencerMetricsTest {

  @TempDir private Path folder;

  @Test
  void shouldCountEachFindingByItsKindFromZeroOn() throws Exception {
    // Given a chain without heartbeats that never ends, beside one that goes on
    TopicScript topic = new TopicScript(folder);
    var silent = topic.chain("telemetry-service", 1);
    var other = topic.chain("key-management-service", 2);
    topic.send(silent.opened(), other.opened());
    for (int i = 0; i < 16; i++) {
      topic.pass(20).send(other.heartbeat());
    }
    List<Leaf> leaves = topic.log(1000);
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    SequencerMetrics metrics = new SequencerMetrics(registry, Clock.systemUTC());
    assertThat(count(registry, FindingKind.FINDING_KIND_SILENT)).isZero();

    // When
    List<LogRecord> alerts = new CopyOnWriteArrayList<>();
    Logger logger = Logger.getLogger(SequencerMetrics.class.getName());
    Handler handler = new Alerts(alerts);
    logger.addHandler(handler);
    try {
      metrics.found(
          new AppendOutcome.Committed(
              new TreeHead(leaves.size(), ByteString.EMPTY, 18), leaves, 0));
    } finally {
      logger.removeHandler(handler);
    }

    // Then
    assertThat(count(registry, FindingKind.FINDING_KIND_SILENT)).isEqualTo(1);
    assertThat(count(registry, FindingKind.FINDING_KIND_UNCLOSED)).isEqualTo(1);
    assertThat(count(registry, FindingKind.FINDING_KIND_GAP)).isZero();
    // And each is an alert: an error of the service's log, with where to look
    assertThat(alerts)
        .extracting(SequencerMetricsTest::text)
        .satisfiesExactly(
            alert -> assertThat(alert).contains("kind=FINDING_KIND_SILENT", "telemetry-service"),
            alert -> assertThat(alert).contains("kind=FINDING_KIND_UNCLOSED", "leaf="));
    assertThat(alerts).allMatch(record -> record.getLevel().intValue() >= Level.WARNING.intValue());
  }

  /** Whichever log manager there is may leave the formatting to its handlers. */
  private static String text(LogRecord alert) {
    Object[] parameters = alert.getParameters();
    return parameters == null
        ? alert.getMessage()
        : String.format(Locale.ROOT, alert.getMessage(), parameters);
  }

  /** Of its own thread: other tests' may write to the same logger meanwhile. */
  private static final class Alerts extends Handler {
    private final Thread own = Thread.currentThread();
    private final List<LogRecord> alerts;

    Alerts(List<LogRecord> alerts) {
      this.alerts = alerts;
    }

    @Override
    public void publish(LogRecord record) {
      if (Thread.currentThread().equals(own)) {
        alerts.add(record);
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  private static double count(SimpleMeterRegistry registry, FindingKind kind) {
    return registry.get("pulsewarden.audit.findings").tag("kind", kind.name()).counter().count();
  }
}
