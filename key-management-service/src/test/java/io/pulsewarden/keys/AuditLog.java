package io.pulsewarden.keys;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.contracts.audit.v1.AuditRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.awaitility.Awaitility;

/** What the service said to the log. */
final class AuditLog {

  private AuditLog() {}

  /** Waits for such an event. */
  static void await(Predicate<AuditEvent> wanted) {
    try (TopicReader log =
        new TopicReader(KeyServers.bed().adminKafkaProperties(), "audit.events.v1")) {
      Awaitility.await()
          .untilAsserted(
              () -> {
                List<AuditEvent> events = new ArrayList<>();
                for (ConsumerRecord<byte[], byte[]> each : log.seen()) {
                  events.add(AuditRecord.parseFrom(each.value()).getEvent());
                }
                assertThat(events).anyMatch(wanted);
              });
    }
  }
}
