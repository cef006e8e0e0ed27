package io.pulsewarden.audit.log;

import io.pulsewarden.auditclient.AuditTopic;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/** The topic at the broker, with the service's own right to delete its records. Thread-safe. */
final class TopicRecordsClient implements TopicRecords {

  private static final TopicPartition PARTITION =
      new TopicPartition(AuditTopic.NAME, AuditTopic.PARTITION);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Admin admin;

  TopicRecordsClient(Map<String, Object> kafka) {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.keySet().removeIf(name -> !AdminClientConfig.configNames().contains(name));
    this.admin = Admin.create(settings);
  }

  @Override
  public long earliest() {
    return look(OffsetSpec.earliest()).offset();
  }

  @Override
  public long end() {
    return look(OffsetSpec.latest()).offset();
  }

  @Override
  public Optional<Instant> newestAt() {
    ListOffsetsResultInfo newest = look(OffsetSpec.maxTimestamp());
    return newest.offset() < 0
        ? Optional.empty()
        : Optional.of(Instant.ofEpochMilli(newest.timestamp()));
  }

  @Override
  public long firstAt(Instant time) {
    long offset = look(OffsetSpec.forTimestamp(time.toEpochMilli())).offset();
    return offset < 0 ? end() : offset;
  }

  @Override
  public void deleteBelow(long offset) {
    await(admin.deleteRecords(Map.of(PARTITION, RecordsToDelete.beforeOffset(offset))).all());
  }

  @Override
  public void reached(long offset) {
    await(
        admin
            .alterConsumerGroupOffsets(
                AuditTopic.PROGRESS_GROUP, Map.of(PARTITION, new OffsetAndMetadata(offset)))
            .all());
  }

  private ListOffsetsResultInfo look(OffsetSpec what) {
    return await(admin.listOffsets(Map.of(PARTITION, what)).partitionResult(PARTITION));
  }

  private static <T> T await(KafkaFuture<T> answer) {
    try {
      return answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while Kafka was asked", interrupted);
    } catch (ExecutionException refused) {
      throw new IllegalStateException("Kafka did not do it", refused.getCause());
    } catch (TimeoutException away) {
      throw new IllegalStateException("Kafka does not answer", away);
    }
  }

  @Override
  public void close() {
    admin.close(Duration.ZERO);
  }
}
