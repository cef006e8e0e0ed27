package io.pulsewarden.auditclient;

import com.google.protobuf.ByteString;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.contracts.audit.v1.ChainKind;
import java.time.Duration;
import java.util.NavigableMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * One chain and the one producer that sends it. The first record that Kafka does not take ends it:
 * all that is pending fails, and nothing of this chain is sent any more, so that no record can
 * follow a missing one. What failed may be in the topic nevertheless; the chain then ends with it.
 *
 * <p>One thread sends; Kafka's thread completes.
 */
final class Incarnation {

  private static final System.Logger LOG = System.getLogger(Incarnation.class.getName());

  private final Producer<byte[], byte[]> producer;
  private final ChainStamper stamper;
  private final Consumer<Boolean> lastWord;
  private final NavigableMap<Long, CompletableFuture<Void>> pending = new ConcurrentSkipListMap<>();
  private final AtomicBoolean ended = new AtomicBoolean();
  private volatile @Nullable Exception cause;
  private ChainState state;

  private Incarnation(
      Producer<byte[], byte[]> producer,
      ChainStamper stamper,
      ChainState state,
      Consumer<Boolean> lastWord) {
    this.producer = producer;
    this.stamper = stamper;
    this.state = state;
    this.lastWord = lastWord;
  }

  /** Begins a chain; its first record is on its way when this returns, or the chain has ended. */
  static Incarnation open(
      Producer<byte[], byte[]> producer,
      ChainStamper stamper,
      ByteString id,
      Consumer<Boolean> lastWord) {
    Incarnation incarnation =
        new Incarnation(producer, stamper, ChainState.beforeFirst(id), lastWord);
    incarnation.send(stamper.opened(id, ChainKind.CHAIN_KIND_PROCESS), new CompletableFuture<>());
    return incarnation;
  }

  boolean hasEnded() {
    return ended.get();
  }

  void event(AuditEvent event, CompletableFuture<Void> acknowledged) {
    ChainStamper.Stamped stamped;
    try {
      stamped = stamper.event(state, event);
    } catch (IllegalArgumentException tooLarge) {
      acknowledged.completeExceptionally(tooLarge);
      return;
    }
    send(stamped, acknowledged);
  }

  void heartbeat() {
    send(stamper.heartbeat(state), new CompletableFuture<>());
  }

  /** Ends the chain in order, if Kafka takes its last records in this time. */
  void close(Duration patience) {
    try {
      send(stamper.closed(state), new CompletableFuture<>());
      producer.close(patience);
    } finally {
      end(new IllegalStateException("the service stops"));
    }
  }

  private void send(ChainStamper.Stamped stamped, CompletableFuture<Void> acknowledged) {
    long sequence = state.nextSequence();
    pending.put(sequence, acknowledged);
    state = stamped.next();
    if (!hasEnded()) {
      ProducerRecord<byte[], byte[]> record =
          new ProducerRecord<>(
              AuditTopic.NAME, AuditTopic.PARTITION, null, stamped.value().toByteArray());
      try {
        var _ = producer.send(record, (metadata, failure) -> answered(sequence, failure));
      } catch (KafkaException | IllegalStateException refused) {
        end(refused);
      }
    }
    // The chain may have ended, on Kafka's thread, before this record was among the pending.
    if (hasEnded()) {
      failPending();
    }
  }

  private void answered(long sequence, @Nullable Exception failure) {
    if (failure != null) {
      if (!hasEnded()) {
        LOG.log(System.Logger.Level.WARNING, "audit record not taken by Kafka", failure);
      }
      end(failure);
      return;
    }
    CompletableFuture<Void> acknowledged = pending.remove(sequence);
    if (acknowledged != null) {
      acknowledged.complete(null);
    }
    lastWord.accept(true);
  }

  private void end(Exception failure) {
    if (ended.compareAndSet(false, true)) {
      cause = failure;
      lastWord.accept(false);
      // Without waiting: batches behind the failed one must not leave any more.
      producer.close(Duration.ZERO);
    }
    failPending();
  }

  private void failPending() {
    Exception known = cause;
    AuditUnavailableException unavailable =
        new AuditUnavailableException(
            "audit events can't be written",
            known == null ? new IllegalStateException("chain ended") : known);
    for (var next = pending.pollFirstEntry(); next != null; next = pending.pollFirstEntry()) {
      next.getValue().completeExceptionally(unavailable);
    }
  }
}
