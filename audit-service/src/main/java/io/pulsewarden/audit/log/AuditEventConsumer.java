package io.pulsewarden.audit.log;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.pulsewarden.auditclient.AuditTopic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads the topic's one partition from an offset on. Kafka keeps no offset for it: where the log is
 * stands in the log's own transaction. One thread.
 */
final class AuditEventConsumer implements TopicReader {

  private static final TopicPartition PARTITION =
      new TopicPartition(AuditTopic.NAME, AuditTopic.PARTITION);

  /**
   * A batch costs a few syncs of the disk, however large it is; what it may take of memory is
   * bounded by bytes.
   */
  private static final int MAX_BATCH = 4000;

  private static final int MAX_BATCH_BYTES = 4 * 1024 * 1024;

  private final Consumer<byte[], byte[]> consumer;

  AuditEventConsumer(Map<String, Object> kafka, long nextOffset) {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.keySet().removeIf(name -> name.endsWith("deserializer"));
    settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    // Records that are gone are a hole in the log: an error, never a silent jump.
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, MAX_BATCH);
    settings.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, MAX_BATCH_BYTES);
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    // The system's own size, which grows. In Kafka's 64 KiB a batch that is not read at once fills
    // the window, and where a segment is as large as that (loopback) it opens again by the sender's
    // probes alone: after 0.2 s, 0.4 s, and so on, up to many seconds without a record.
    settings.put(ConsumerConfig.RECEIVE_BUFFER_CONFIG, -1);
    this.consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    consumer.assign(List.of(PARTITION));
    consumer.seek(PARTITION, nextOffset);
  }

  @Override
  public List<Received> poll(Duration patience) {
    List<Received> batch = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> next : consumer.poll(patience)) {
      byte[] value = next.value();
      batch.add(
          new Received(
              next.offset(),
              next.timestampType() == TimestampType.LOG_APPEND_TIME
                  ? next.timestamp()
                  : Received.NO_TIME,
              value == null ? ByteString.EMPTY : UnsafeByteOperations.unsafeWrap(value)));
    }
    return batch;
  }

  @Override
  public void close() {
    consumer.close();
  }
}
