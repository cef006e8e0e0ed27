package io.pulsewarden.telemetry;

import com.google.protobuf.InvalidProtocolBufferException;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.contracts.audit.v1.AuditRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** What the audit topic holds now. */
public final class AuditTopic {

  private AuditTopic() {}

  /** Says in audit-service's place, and with its rights, how far the log is. */
  public static void logReached(long offset) {
    Map<String, Object> settings =
        new HashMap<>(TelemetryServers.bed().kafkaProperties("audit-service"));
    settings.keySet().removeIf(name -> name.endsWith("serializer"));
    try (Admin admin = Admin.create(settings)) {
      admin
          .alterConsumerGroupOffsets(
              io.pulsewarden.auditclient.AuditTopic.PROGRESS_GROUP,
              Map.of(new TopicPartition("audit.events.v1", 0), new OffsetAndMetadata(offset)))
          .all()
          .get(30, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException failed) {
      throw new IllegalStateException(failed);
    }
  }

  /** Every event of an organisation, in order. */
  public static List<AuditEvent> eventsOf(UUID organisation) {
    return events().stream()
        .filter(event -> event.getOrganisationId().equals(organisation.toString()))
        .toList();
  }

  /** The record that carries this event, byte for byte, as the log has it. */
  public static Optional<byte[]> recordOf(String eventId) {
    return values().stream()
        .filter(value -> event(value).filter(one -> one.getEventId().equals(eventId)).isPresent())
        .findFirst();
  }

  /** Every event, in order. */
  public static List<AuditEvent> events() {
    return values().stream().flatMap(value -> event(value).stream()).toList();
  }

  private static Optional<AuditEvent> event(byte[] value) {
    try {
      AuditRecord audited = AuditRecord.parseFrom(value);
      return audited.hasEvent() ? Optional.of(audited.getEvent()) : Optional.empty();
    } catch (InvalidProtocolBufferException notOurs) {
      throw new IllegalStateException(notOurs);
    }
  }

  private static List<byte[]> values() {
    Map<String, Object> settings = new HashMap<>(TelemetryServers.bed().adminKafkaProperties());
    TopicPartition topic = new TopicPartition("audit.events.v1", 0);
    List<byte[]> values = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(List.of(topic));
      consumer.seekToBeginning(List.of(topic));
      long end = consumer.endOffsets(List.of(topic)).getOrDefault(topic, 0L);
      while (consumer.position(topic) < end) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
          values.add(record.value());
        }
      }
    }
    return values;
  }
}
