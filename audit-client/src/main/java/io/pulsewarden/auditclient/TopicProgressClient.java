package io.pulsewarden.auditclient;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Asks the broker. One thread. */
final class TopicProgressClient implements TopicProgress {

  private static final TopicPartition PARTITION =
      new TopicPartition(AuditTopic.NAME, AuditTopic.PARTITION);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Map<String, Object> settings;
  private @Nullable Admin admin;

  TopicProgressClient(Map<String, Object> kafka) {
    Map<String, Object> known = new HashMap<>(kafka);
    known.keySet().removeIf(name -> !AdminClientConfig.configNames().contains(name));
    this.settings = Map.copyOf(known);
  }

  @Override
  public long end() {
    return look(OffsetSpec.latest());
  }

  @Override
  public long reached() {
    OffsetAndMetadata said =
        await(
                admin()
                    .listConsumerGroupOffsets(AuditTopic.PROGRESS_GROUP)
                    .partitionsToOffsetAndMetadata())
            .get(PARTITION);
    return said == null ? look(OffsetSpec.earliest()) : said.offset();
  }

  private long look(OffsetSpec what) {
    return await(admin().listOffsets(Map.of(PARTITION, what)).partitionResult(PARTITION)).offset();
  }

  /** Made when it is first needed: Kafka may be away when the service starts. */
  private Admin admin() {
    Admin open = admin;
    if (open == null) {
      open = Admin.create(settings);
      admin = open;
    }
    return open;
  }

  private static <T> T await(KafkaFuture<T> answer) {
    try {
      return answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while Kafka was asked", interrupted);
    } catch (ExecutionException refused) {
      throw new IllegalStateException("Kafka did not say", refused.getCause());
    } catch (TimeoutException away) {
      throw new IllegalStateException("Kafka does not answer", away);
    }
  }

  @Override
  public void close() {
    if (admin != null) {
      admin.close(Duration.ZERO);
    }
  }
}
