package io.pulsewarden.registry.testing;

import com.google.protobuf.InvalidProtocolBufferException;
import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.contracts.audit.v1.AuditRecord;
import io.pulsewarden.contracts.deviceregistry.v1.DeviceState;
import io.pulsewarden.contracts.deviceregistry.v1.DeviceStateRecord;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads a topic from its beginning, with the certificate and the rights of one of its readers. */
public final class TopicReader implements AutoCloseable {

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final List<ConsumerRecord<byte[], byte[]>> read = new ArrayList<>();

  /** Of what was read: each is parsed once, however often one looks. */
  private final List<AuditEvent> events = new ArrayList<>();

  private TopicReader(String reader, String topic) {
    Map<String, Object> properties = TelemetryReports.properties(reader);
    consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  public static TopicReader ofDeviceStates() {
    return new TopicReader("telemetry-service", "device-registry.device-state.v1");
  }

  public static TopicReader ofAudit() {
    return new TopicReader("audit-service", "audit.events.v1");
  }

  /** Everything up to now. */
  public List<ConsumerRecord<byte[], byte[]>> poll() {
    consumer.poll(Duration.ofMillis(100)).forEach(read::add);
    return List.copyOf(read);
  }

  /** The states of a device up to now, in their order. */
  public List<DeviceState> states(UUID device) {
    return poll().stream()
        .filter(record -> key(record).equals(device.toString()))
        .map(record -> parse(record).getDevice())
        .toList();
  }

  /** The audited events of a kind about a device up to now. */
  public List<AuditEvent> events(AuditAction action, UUID device) {
    return events(action).stream()
        .filter(
            event ->
                event.getEntityList().stream()
                    .anyMatch(entity -> entity.getId().equals(device.toString())))
        .toList();
  }

  /** The audited events of a kind up to now. */
  public List<AuditEvent> events(AuditAction action) {
    List<ConsumerRecord<byte[], byte[]>> all = poll();
    all.subList(events.size(), all.size()).forEach(record -> events.add(event(record)));
    return events.stream().filter(event -> event.getAction() == action).toList();
  }

  public static String key(ConsumerRecord<byte[], byte[]> record) {
    return new String(record.key(), StandardCharsets.UTF_8);
  }

  public static DeviceStateRecord parse(ConsumerRecord<byte[], byte[]> record) {
    try {
      return DeviceStateRecord.parseFrom(record.value());
    } catch (InvalidProtocolBufferException unreadable) {
      throw new IllegalStateException(unreadable);
    }
  }

  private static AuditEvent event(ConsumerRecord<byte[], byte[]> record) {
    try {
      return AuditRecord.parseFrom(record.value()).getEvent();
    } catch (InvalidProtocolBufferException unreadable) {
      throw new IllegalStateException(unreadable);
    }
  }

  @Override
  public void close() {
    consumer.close();
  }
}
