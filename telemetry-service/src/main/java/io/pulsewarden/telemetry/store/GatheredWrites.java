package io.pulsewarden.telemetry.store;

import io.pulsewarden.telemetry.store.PartitionSink.Outcome;
import io.smallrye.mutiny.TimeoutException;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Has batches of several partitions written in one transaction: those that become ready within a
 * moment, and those that do while as many transactions as may be are under way. A transaction costs
 * nearly the same whatever it holds, and partitions of one poll are ready one after the other.
 * Thread-safe.
 *
 * <p>Partitions share a transaction and nothing else. Where it fails, each is tried once more by
 * itself, all at once, so that one that can't be written, or waits for somebody's lock, keeps no
 * other from it. After a commit whose answer was lost the offsets say so ({@link
 * Outcome.Superseded}), and the consumer asks where it stands.
 */
final class GatheredWrites {

  private static final int AT_ONCE = 2;

  private final Transaction transaction;
  private final Executor soon;
  private final Duration patience;
  private final Object lock = new Object();
  private final List<Waiting> waiting = new ArrayList<>();
  private int underWay;

  /** Writes batches, all or none; one outcome for each, in their order. */
  interface Transaction {
    Uni<List<Outcome>> write(List<ReadyBatch> together);
  }

  private record Waiting(ReadyBatch batch, CompletableFuture<Outcome> outcome) {}

  /**
   * Nothing is under way yet.
   *
   * @param soon does what it is given a moment later: as long as others have to become ready
   * @param patience with a transaction; one that takes longer has failed, and gives its place away
   */
  GatheredWrites(Transaction transaction, Executor soon, Duration patience) {
    this.transaction = transaction;
    this.soon = soon;
    this.patience = patience;
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
    write(together)
        .onFailure(failed -> together.size() > 1 && !(failed instanceof TimeoutException))
        .recoverWithUni(() -> eachAlone(together))
        .onTermination()
        .invoke(this::ended)
        .subscribe()
        .with(
            _ -> {},
            failed -> together.forEach(one -> one.outcome().completeExceptionally(failed)));
  }

  private void ended() {
    synchronized (lock) {
      underWay--;
    }
    turn();
  }

  private Uni<Void> write(List<Waiting> together) {
    return Uni.createFrom()
        .deferred(() -> transaction.write(together.stream().map(Waiting::batch).toList()))
        .ifNoItem()
        .after(patience)
        .fail()
        .invoke(
            outcomes -> {
              for (int i = 0; i < together.size(); i++) {
                together.get(i).outcome().complete(outcomes.get(i));
              }
            })
        .replaceWithVoid();
  }

  private Uni<Void> eachAlone(List<Waiting> together) {
    return Uni.join()
        .all(
            together.stream()
                .map(
                    one ->
                        write(List.of(one))
                            .onFailure()
                            .invoke(one.outcome()::completeExceptionally)
                            .onFailure()
                            .recoverWithNull())
                .toList())
        .andFailFast()
        .replaceWithVoid();
  }
}
