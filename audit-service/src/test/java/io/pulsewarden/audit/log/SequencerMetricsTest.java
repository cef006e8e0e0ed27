package io.pulsewarden.audit.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pulsewarden.contracts.audit.v1.FindingKind;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
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
    metrics.published(
        new AppendOutcome.Committed(new TreeHead(leaves.size(), ByteString.EMPTY, 18), leaves, 0));

    // Then
    assertThat(count(registry, FindingKind.FINDING_KIND_SILENT)).isEqualTo(1);
    assertThat(count(registry, FindingKind.FINDING_KIND_UNCLOSED)).isEqualTo(1);
    assertThat(count(registry, FindingKind.FINDING_KIND_GAP)).isZero();
  }

  private static double count(SimpleMeterRegistry registry, FindingKind kind) {
    return registry.get("pulsewarden.audit.findings").tag("kind", kind.name()).counter().count();
  }
}
