package io.pulsewarden.telemetry.store;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.pulsewarden.telemetry.store.PartitionSink.Outcome;
import io.smallrye.mutiny.TimeoutException;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Has batches of several partitions written in one transaction: those that become ready within a
 * moment, and those that do while as many transactions as may be are under way. A transaction costs
 * nearly the same whatever it holds, and partitions of one poll are ready one after the other.
 * Thread-safe.
 *
 * <p>Partitions share a transaction and nothing else. Where it fails, each is tried once more by
 * itself, all at once and outside of those places, so that one that can't be written, or waits for
 * somebody's lock, keeps no other from it. After a commit whose answer was lost the offsets say so
 * ({@link Outcome.Superseded}), and the consumer asks where it stands.
 */
final class GatheredWrites {

  private static final System.Logger LOG = System.getLogger(GatheredWrites.class.getName());
  private static final int AT_ONCE = 2;

  private final Transactions transactions;
  private final Executor soon;
  private final Duration patience;
  private final Counter apart;
  private final Object lock = new Object();
  private final List<Waiting> waiting = new ArrayList<>();
  private int underWay;

  /** What writes. */
  interface Transactions {

    /**
     * Writes batches, all or none; fails where it would have to wait for somebody's lock for more
     * than a moment.
     *
     * @return one outcome for each, in their order
     */
    Uni<List<Outcome>> together(List<ReadyBatch> batches);

    /** Writes one, and waits for as long as it takes. */
    Uni<Outcome> alone(ReadyBatch batch);
  }

  private record Waiting(ReadyBatch batch, CompletableFuture<Outcome> outcome) {}

  /**
   * Nothing is under way yet.
   *
   * @param soon does what it is given a moment later: as long as others have to become ready
   * @param patience with a transaction; one that takes longer has failed
   */
  GatheredWrites(
      Transactions transactions, Executor soon, Duration patience, MeterRegistry meters) {
    this.transactions = transactions;
    this.soon = soon;
    this.patience = patience;
    this.apart = meters.counter("pulsewarden.store.apart");
  }

  /** Writes it with whatever else is ready. The outcome is this batch's alone. */
  Uni<Outcome> write(ReadyBatch batch) {
    Waiting mine = new Waiting(batch, new CompletableFuture<>());
    synchronized (lock) {
      waiting.add(mine);
    }
    // For each, so that none depends on another's turn; whoever finds nothing has nothing to do.
    soon.execute(this::turn);
    return Uni.createFrom().completionStage(mine.outcome());
  }

  private void turn() {
    List<Waiting> together;
    synchronized (lock) {
      // Whoever asked may have given up: its consumer begins anew where the database stands.
      waiting.removeIf(one -> one.outcome().isDone());
      if (waiting.isEmpty() || underWay >= AT_ONCE) {
        return; // Whoever ends next looks again.
      }
      together = List.copyOf(waiting);
      waiting.clear();
      underWay++;
    }
    bounded(() -> transactions.together(together.stream().map(Waiting::batch).toList()))
        .onTermination()
        .invoke(this::ended)
        .subscribe()
        .with(
            outcomes -> {
              for (int i = 0; i < together.size(); i++) {
                together.get(i).outcome().complete(outcomes.get(i));
              }
            },
            failed -> takeApart(together, failed));
  }

  private void ended() {
    synchronized (lock) {
      underWay--;
    }
    turn();
  }

  private void takeApart(List<Waiting> together, Throwable failed) {
    if (failed instanceof TimeoutException) {
      together.forEach(one -> one.outcome().completeExceptionally(failed));
      return;
    }
    apart.increment();
    LOG.log(
        System.Logger.Level.WARNING,
        "batches are written one by one: batches={0}, reason={1}",
        together.size(),
        failed.getClass().getSimpleName());
    together.stream()
        .filter(one -> !one.outcome().isDone())
        .forEach(
            one ->
                bounded(() -> transactions.alone(one.batch()))
                    .subscribe()
                    .with(one.outcome()::complete, one.outcome()::completeExceptionally));
  }

  private <T> Uni<T> bounded(Supplier<Uni<? extends T>> transaction) {
    return Uni.createFrom().<T>deferred(transaction).ifNoItem().after(patience).fail();
  }
}
