package io.pulsewarden.registry.feed;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Clock;
import java.time.Duration;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Each second a row for every partition of the feed, through the same outbox as device states: who
 * reads one has read whatever the relay sent before it. Before them, the issuing CAs.
 */
@ApplicationScoped
class HeartbeatPublisher {

  private static final Logger LOG = Logger.getLogger(HeartbeatPublisher.class);
  private static final Duration EVERY = Duration.ofSeconds(1);

  /** None while the last one waits: the outbox must not grow by itself while Kafka is away. */
  private static final String INSERT =
      "INSERT INTO outbox (topic, partition, record_key, value, kind)"
          + " SELECT $1, p, $2, $3, 0 FROM generate_series(0, $4::int - 1) AS p"
          + " WHERE NOT EXISTS (SELECT 1 FROM outbox o"
          + " WHERE o.topic = $1 AND o.partition = p AND o.record_key = $2)";

  private final Pool pool;
  private final FeedPartitionsClient partitions;
  private final IssuerAnnouncementStore issuers;
  private final Clock clock;
  private volatile @Nullable Cancellable ticks;

  HeartbeatPublisher(
      Pool pool, FeedPartitionsClient partitions, IssuerAnnouncementStore issuers, Clock clock) {
    this.pool = pool;
    this.partitions = partitions;
    this.issuers = issuers;
    this.clock = clock;
  }

  void start(@Observes StartupEvent event) {
    ticks =
        Multi.createFrom()
            .ticks()
            .every(EVERY)
            .onOverflow()
            .drop()
            .onItem()
            .transformToUniAndConcatenate(tick -> tick())
            .subscribe()
            .with(done -> {});
  }

  void stop(@Observes ShutdownEvent event) {
    Cancellable running = ticks;
    if (running != null) {
      running.cancel();
    }
  }

  /** Failing, it is silent: the readers see the missing heartbeat, and health sees the relay. */
  private Uni<Void> tick() {
    return issuers
        .exchange()
        .chain(partitions::count)
        .chain(this::beat)
        .onFailure()
        .invoke(
            failure ->
                LOG.warnf("feed heartbeat not written cause=%s", failure.getClass().getName()))
        .onFailure()
        .recoverWithNull()
        .replaceWithVoid();
  }

  private Uni<Void> beat(int count) {
    return pool.preparedQuery(INSERT)
        .execute(
            Tuple.of(
                DeviceStates.TOPIC,
                Buffer.buffer(DeviceStates.HEARTBEAT_KEY.toByteArray()),
                Buffer.buffer(DeviceStates.heartbeat(clock.instant())),
                count))
        .replaceWithVoid();
  }
}
