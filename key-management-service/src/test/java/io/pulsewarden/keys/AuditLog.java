package io.pulsewarden.keys;

import com.google.protobuf.InvalidProtocolBufferException;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.contracts.audit.v1.AuditRecord;
import java.time.Duration;
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
      Awaitility.await("such an event in the audit log")
          .pollInterval(Duration.ofMillis(10))
          .until(() -> any(log.fresh(), wanted));
    }
  }

  private static boolean any(
      List<ConsumerRecord<byte[], byte[]>> records, Predicate<AuditEvent> wanted)
      throws InvalidProtocolBufferException {
    for (ConsumerRecord<byte[], byte[]> each : records) {
      if (wanted.test(AuditRecord.parseFrom(each.value()).getEvent())) {
        return true;
      }
    }
    return false;
  }
}
