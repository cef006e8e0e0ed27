package io.pulsewarden.auditclient;

import com.google.protobuf.ByteString;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;

/**
 * Audit events on their way to Kafka, as one chain a process (docs/formats/audit-leaf.md). Opens a
 * chain at once, signs its head every five seconds, closes it in order. A record that Kafka does
 * not take ends the chain and fails whatever is pending; the next one opens a new chain.
 *
 * <p>Stages complete on Kafka's own thread: whoever blocks has to leave it first. They fail at the
 * latest when the producer's {@code max.block.ms} and {@code delivery.timeout.ms} have passed (2
 * and 3 seconds unless the properties say otherwise). Thread-safe.
 */
public final class KafkaAuditTrail implements AuditTrail, AutoCloseable {

  private static final System.Logger LOG = System.getLogger(KafkaAuditTrail.class.getName());
  private static final Duration HEARTBEAT = Duration.ofSeconds(5);
  private static final Duration CLOSING_PATIENCE = Duration.ofSeconds(3);
  private static final int MAX_WAITING = 20_000;

  private final ChainStamper stamper;
  private final Supplier<Producer<byte[], byte[]>> producers;
  private final SecureRandom random = new SecureRandom();
  private final long heartbeatNanos;
  private final BlockingQueue<Pending> waiting = new LinkedBlockingQueue<>(MAX_WAITING);
  private final Thread sender;
  private volatile boolean healthy;
  private volatile boolean closing;

  /** An event, and who waits for it. */
  private record Pending(AuditEvent event, CompletableFuture<Void> acknowledged) {}

  KafkaAuditTrail(
      ChainStamper stamper, Supplier<Producer<byte[], byte[]>> producers, Duration heartbeat) {
    this.stamper = stamper;
    this.producers = producers;
    this.heartbeatNanos = heartbeat.toNanos();
    this.sender = Thread.ofPlatform().name("audit-trail").daemon().unstarted(this::send);
  }

  /**
   * Opens the process's chain. Does not wait for Kafka: {@link #healthy()} says when it is there.
   *
   * @param kafka connection properties; timeouts may be set here too
   */
  public static KafkaAuditTrail open(
      ProducerIdentity identity, Map<String, Object> kafka, Clock clock) {
    Map<String, Object> settings = Map.copyOf(kafka);
    return start(
        new ChainStamper(identity, clock), () -> AuditProducers.create(settings), HEARTBEAT);
  }

  static KafkaAuditTrail start(
      ChainStamper stamper, Supplier<Producer<byte[], byte[]>> producers, Duration heartbeat) {
    KafkaAuditTrail trail = new KafkaAuditTrail(stamper, producers, heartbeat);
    trail.sender.start();
    return trail;
  }

  @Override
  public CompletionStage<Void> record(AuditEvent event) {
    Pending pending = new Pending(event, new CompletableFuture<>());
    if (closing || !waiting.offer(pending)) {
      pending.acknowledged().completeExceptionally(unavailable("closed, or too many wait"));
    } else if (closing) {
      // The sender may have looked at the queue for the last time just before.
      failWaiting();
    }
    return pending.acknowledged().minimalCompletionStage();
  }

  @Override
  public boolean healthy() {
    return healthy;
  }

  /** Sends what waits, closes the chain, and gives up after a few seconds. */
  @Override
  public void close() {
    closing = true;
    try {
      sender.join(CLOSING_PATIENCE.multipliedBy(2));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    failWaiting();
  }

  private void send() {
    @Nullable Incarnation chain = open();
    long lastHead = System.nanoTime();
    while (!closing || !waiting.isEmpty()) {
      Pending next = take(lastHead + heartbeatNanos - System.nanoTime());
      boolean headDue = System.nanoTime() - lastHead >= heartbeatNanos;
      if ((chain == null || chain.hasEnded()) && (next != null || headDue)) {
        chain = open();
        lastHead = System.nanoTime();
        headDue = false;
      }
      if (next != null) {
        send(chain, next);
      }
      if (headDue) {
        lastHead = System.nanoTime();
        headed(chain, Incarnation::heartbeat);
      }
    }
    headed(chain, last -> last.close(CLOSING_PATIENCE));
    healthy = false;
    failWaiting();
  }

  private static void send(@Nullable Incarnation chain, Pending next) {
    if (chain == null) {
      next.acknowledged().completeExceptionally(unavailable("no chain could be opened"));
    } else {
      chain.event(next.event(), next.acknowledged());
    }
  }

  /** A head that can't be signed, as while certificates are replaced, must not end the sender. */
  private static void headed(@Nullable Incarnation chain, Consumer<Incarnation> step) {
    try {
      if (chain != null && !chain.hasEnded()) {
        step.accept(chain);
      }
    } catch (IllegalStateException unsigned) {
      LOG.log(System.Logger.Level.ERROR, "audit chain's head not signed", unsigned);
    }
  }

  /** Null if there is no way to Kafka: whoever waits is told now, not one after the other. */
  private @Nullable Incarnation open() {
    byte[] id = new byte[ChainState.INCARNATION_BYTES];
    random.nextBytes(id);
    @Nullable Incarnation chain = null;
    try {
      chain =
          Incarnation.open(
              producers.get(), stamper, ByteString.copyFrom(id), word -> healthy = word);
    } catch (RuntimeException unopened) {
      // Whatever it is, configuration, certificate or Kafka: the sender must outlive it.
      healthy = false;
      LOG.log(System.Logger.Level.WARNING, "audit chain not opened", unopened);
    }
    if (chain == null || chain.hasEnded()) {
      failWaiting();
    }
    return chain;
  }

  private @Nullable Pending take(long nanos) {
    try {
      // Short steps, so that closing is seen without an interrupt inside the producer.
      long step = Math.min(Math.max(nanos, 0), TimeUnit.MILLISECONDS.toNanos(100));
      return waiting.poll(step, TimeUnit.NANOSECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      closing = true;
      return null;
    }
  }

  private void failWaiting() {
    for (Pending next = waiting.poll(); next != null; next = waiting.poll()) {
      next.acknowledged().completeExceptionally(unavailable("no chain could be opened"));
    }
  }

  private static AuditUnavailableException unavailable(String why) {
    return new AuditUnavailableException(
        "audit events can't be written", new IllegalStateException(why));
  }
}
