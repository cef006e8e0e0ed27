package io.pulsewarden.registry.feed;

import io.smallrye.common.annotation.Identifier;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.jspecify.annotations.Nullable;

/** Asks Kafka how many partitions the feed has. */
@ApplicationScoped
class FeedPartitionsClient {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration REMEMBERED = Duration.ofMinutes(1);

  private final Vertx vertx;
  private final Map<String, Object> kafka;
  private final Clock clock;
  private volatile @Nullable Answer last;

  private record Answer(int partitions, Instant until) {}

  FeedPartitionsClient(
      Vertx vertx, @Identifier("default-kafka-broker") Map<String, Object> kafka, Clock clock) {
    this.vertx = vertx;
    this.kafka = kafka;
    this.clock = clock;
  }

  /** Remembered for a minute, or until a failure. */
  Uni<Integer> count() {
    Answer known = last;
    if (known != null && clock.instant().isBefore(known.until())) {
      return Uni.createFrom().item(known.partitions());
    }
    return vertx
        .executeBlocking(this::ask, false)
        .invoke(count -> last = new Answer(count, clock.instant().plus(REMEMBERED)));
  }

  private int ask() throws Exception {
    try (Admin admin = Admin.create(Map.copyOf(kafka))) {
      KafkaFuture<TopicDescription> topic =
          Objects.requireNonNull(
              admin
                  .describeTopics(List.of(DeviceStates.TOPIC))
                  .topicNameValues()
                  .get(DeviceStates.TOPIC));
      return topic.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).partitions().size();
    }
  }
}
