package io.pulsewarden.outbox;

import io.pulsewarden.auditclient.AuditProducers;
import io.pulsewarden.auditclient.ChainStamper;
import io.pulsewarden.auditclient.ProducerIdentity;
import io.pulsewarden.borrowed.BorrowedConnection;
import io.pulsewarden.borrowed.SessionLock;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;

/**
 * Sends what stands in a service's outbox, in order, at least once, and keeps the service's outbox
 * chain of audit records. Any number of instances may run; one of them leads. Takes one connection
 * of the pool for as long as it leads. Thread-safe.
 */
public final class OutboxRelay implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(OutboxRelay.class.getName());
  private static final Duration HEARTBEAT = Duration.ofSeconds(5);
  private static final Duration IDLE = Duration.ofMillis(40);
  private static final Duration NOT_LEADING = Duration.ofMillis(500);
  private static final Duration STOPPING_PATIENCE = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Pool pool;
  private final Limits limits;
  private final OutboxWatch watch;
  private final Supplier<ChainKeeper> keepers;
  private final Supplier<Producer<byte[], byte[]>> producers;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Thread thread;
  private volatile boolean healthy;

  /**
   * How patient it is.
   *
   * @param heartbeat between two heads of the chain
   * @param silence a leader that says nothing to the database for so long leads no more
   * @param late a row that waits for so long should have been sent
   */
  record Limits(Duration heartbeat, Duration silence, Duration late) {
    static final Limits USUAL =
        new Limits(HEARTBEAT, SessionLock.SILENCE, SessionLock.SILENCE.dividedBy(2));
  }

  OutboxRelay(
      Pool pool,
      Supplier<Producer<byte[], byte[]>> producers,
      ChainStamper stamper,
      Limits limits) {
    this.pool = pool;
    this.limits = limits;
    this.watch = new OutboxWatch(limits.late());
    this.producers = producers;
    this.keepers = () -> new ChainKeeper(stamper, limits.heartbeat());
    this.thread = Thread.ofVirtual().name("outbox-relay").unstarted(this::run);
  }

  /**
   * Starts the relay.
   *
   * @param kafka connection properties; timeouts may be set here too
   */
  public static OutboxRelay start(
      Pool pool, Map<String, Object> kafka, ProducerIdentity identity, Clock clock) {
    Map<String, Object> settings = Map.copyOf(kafka);
    return start(
        pool,
        () -> AuditProducers.create(settings),
        new ChainStamper(identity, clock),
        Limits.USUAL);
  }

  static OutboxRelay start(
      Pool pool,
      Supplier<Producer<byte[], byte[]>> producers,
      ChainStamper stamper,
      Limits limits) {
    OutboxRelay relay = new OutboxRelay(pool, producers, stamper, limits);
    relay.thread.start();
    return relay;
  }

  /**
   * Whether the last attempt to lead, stamp and send went well; another's lead is well too, as long
   * as the oldest row does not stay. Never while nothing runs any more, whatever ended it.
   */
  public boolean healthy() {
    return healthy && thread.isAlive();
  }

  /** Sends what waits, closes the chain if this instance leads, and lets another lead. */
  @Override
  public void close() {
    stop.countDown();
    try {
      thread.join(STOPPING_PATIENCE);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    while (!stopped(Duration.ZERO)) {
      try {
        round();
      } catch (RuntimeException failed) {
        // Database or Kafka away, or a certificate being replaced: nothing was lost, begin anew.
        healthy = false;
        LOG.log(System.Logger.Level.WARNING, "outbox relay begins anew", failed);
      }
      stopped(NOT_LEADING);
    }
  }

  private void round() {
    OutboxSender sender = new OutboxSender(producers);
    try {
      withConnection(sender);
    } finally {
      sender.close(Duration.ZERO);
    }
  }

  private void withConnection(OutboxSender sender) {
    SqlConnection connection = BorrowedConnection.take(pool, PATIENCE);
    OutboxStore store = new OutboxStore(connection);
    boolean inOrder = false;
    try {
      if (store.lead(limits.silence())) {
        lead(store, sender);
        store.release();
      } else {
        // Whoever leads may be gone: what it leaves unsent tells.
        healthy = watch.flows(store.oldest(), System.nanoTime());
      }
      inOrder = true;
    } finally {
      if (!inOrder) {
        // Back in the pool, this connection would hold the lock while nobody leads.
        store.end();
      }
      connection.close().await().atMost(PATIENCE);
    }
  }

  private void lead(OutboxStore store, OutboxSender sender) {
    ChainKeeper chain = keepers.get();
    boolean stopping = false;
    while (!stopping) {
      boolean stamped = chain.stamp(store);
      boolean sent = send(store, sender);
      healthy = true;
      stopping = stopped(stamped || sent ? Duration.ZERO : IDLE);
    }
    chain.close(store);
    boolean more = true;
    while (more) {
      // What Kafka does not take now stays for the next leader.
      more = send(store, sender);
    }
  }

  private static boolean send(OutboxStore store, OutboxSender sender) {
    List<OutboxStore.Sendable> rows = store.sendable();
    if (rows.isEmpty()) {
      return false;
    }
    List<Long> acknowledged = sender.send(rows);
    // A crash here leaves records that Kafka has and rows that are sent once more, byte for byte.
    store.delete(acknowledged);
    return true;
  }

  private boolean stopped(Duration patience) {
    try {
      return stop.await(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return true;
    }
  }
}
