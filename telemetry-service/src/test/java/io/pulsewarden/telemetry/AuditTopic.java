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
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** What the audit topic holds now. It is read on from look to look, not anew at each. */
public final class AuditTopic {

  private static final TopicPartition TOPIC = new TopicPartition("audit.events.v1", 0);
  private static final List<AuditEvent> EVENTS = new ArrayList<>();

  /** Each as it came first, by its event's id. */
  private static final Map<String, byte[]> RECORDS = new HashMap<>();

  /** Ends with the servers. */
  private static @Nullable KafkaConsumer<byte[], byte[]> consumer;

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
              Map.of(TOPIC, new OffsetAndMetadata(offset)))
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
  public static synchronized Optional<byte[]> recordOf(String eventId) {
    readOn();
    return Optional.ofNullable(RECORDS.get(eventId));
  }

  /** Every event, in order. */
  public static synchronized List<AuditEvent> events() {
    readOn();
    return List.copyOf(EVENTS);
  }

  private static void readOn() {
    KafkaConsumer<byte[], byte[]> reader = reader();
    long end = reader.endOffsets(List.of(TOPIC)).getOrDefault(TOPIC, 0L);
    while (reader.position(TOPIC) < end) {
      reader.poll(Duration.ofSeconds(1)).forEach(record -> keep(record.value()));
    }
  }

  private static void keep(byte[] value) {
    try {
      AuditRecord audited = AuditRecord.parseFrom(value);
      if (audited.hasEvent()) {
        EVENTS.add(audited.getEvent());
        RECORDS.putIfAbsent(audited.getEvent().getEventId(), value);
      }
    } catch (InvalidProtocolBufferException notOurs) {
      throw new IllegalStateException(notOurs);
    }
  }

  private static KafkaConsumer<byte[], byte[]> reader() {
    KafkaConsumer<byte[], byte[]> open = consumer;
    if (open == null) {
      open =
          new KafkaConsumer<>(
              new HashMap<>(TelemetryServers.bed().adminKafkaProperties()),
              new ByteArrayDeserializer(),
              new ByteArrayDeserializer());
      open.assign(List.of(TOPIC));
      open.seekToBeginning(List.of(TOPIC));
      consumer = open;
    }
    return open;
  }
}
