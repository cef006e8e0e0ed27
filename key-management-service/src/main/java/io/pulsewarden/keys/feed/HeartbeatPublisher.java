package io.pulsewarden.keys.feed;

import com.google.protobuf.ByteString;
import io.pulsewarden.contracts.keys.v1.KeyFeedHeartbeat;
import io.pulsewarden.contracts.keys.v1.KeyStateRecord;
import io.pulsewarden.outbox.OutboxRow;
import io.pulsewarden.outbox.OutboxWriter;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.jboss.logging.Logger;

/**
 * Says each second, to every partition and through the outbox, that no key event is being held
 * back: who hears it has heard all that was committed before. Blocks, on a virtual thread.
 */
final class HeartbeatPublisher implements AutoCloseable {

  private static final Logger LOG = Logger.getLogger(HeartbeatPublisher.class);
  private static final String TOPIC = "keys.key-state.v1";
  private static final String KEY = "heartbeat";
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final int BEATS_A_COUNT = 60;
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Pool pool;
  private final Map<String, Object> kafka;
  private final Clock clock;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Thread thread;

  HeartbeatPublisher(Pool pool, Map<String, Object> kafka, Clock clock) {
    this.pool = pool;
    this.kafka = kafka;
    this.clock = clock;
    this.thread = Thread.ofVirtual().name("key-feed-heartbeat").unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  @Override
  public void close() {
    stop.countDown();
    try {
      thread.join(PATIENCE);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    int partitions = 0;
    int beats = 0;
    while (!stopped()) {
      try {
        // Partitions may be added while we run; without beats of theirs, who listens to them is
        // stale.
        if (partitions == 0 || beats % BEATS_A_COUNT == 0) {
          partitions = partitions();
        }
        beat(partitions);
        beats++;
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      } catch (RuntimeException | ExecutionException | TimeoutException away) {
        // Silence is what a heartbeat is for: readers see the feed grow stale.
        LOG.debug("no heartbeat could be written", away);
      }
    }
  }

  private int partitions() throws InterruptedException, ExecutionException, TimeoutException {
    try (Admin admin = Admin.create(kafka)) {
      return admin
          .describeTopics(List.of(TOPIC))
          .allTopicNames()
          .get(PATIENCE.toSeconds(), TimeUnit.SECONDS)
          .values()
          .stream()
          .mapToInt(topic -> topic.partitions().size())
          .sum();
    }
  }

  private void beat(int partitions) {
    ByteString key = ByteString.copyFromUtf8(KEY);
    ByteString value =
        KeyStateRecord.newBuilder()
            .setHeartbeat(KeyFeedHeartbeat.newBuilder().setAtMs(clock.millis()))
            .build()
            .toByteString();
    List<OutboxRow> rows =
        IntStream.range(0, partitions)
            .mapToObj(partition -> OutboxRow.record(TOPIC, partition, key, value))
            .toList();
    pool.withTransaction(
            connection ->
                waiting(connection)
                    .flatMap(
                        waiting ->
                            waiting
                                ? Uni.createFrom().voidItem()
                                : OutboxWriter.insert(connection, rows)))
        .await()
        .atMost(PATIENCE);
  }

  /** While the last heartbeat has not left, another would only pile up. */
  private static Uni<Boolean> waiting(SqlConnection connection) {
    return connection
        .preparedQuery("SELECT EXISTS (SELECT 1 FROM outbox WHERE topic = $1 AND record_key = $2)")
        .execute(Tuple.of(TOPIC, Buffer.buffer(KEY)))
        .map(rows -> rows.iterator().next().getBoolean(0));
  }

  private boolean stopped() {
    try {
      return stop.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return true;
    }
  }
}
