package io.pulsewarden.keys.pkcs11;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A long list done in pieces, one after the other: what waits for a slow token waits for a piece at
 * a time, and when nobody waits any more, no further piece is begun.
 */
final class Pieces {

  private Pieces() {}

  /**
   * What became of all, in order.
   *
   * @param discard what to do with what was done before a piece failed
   */
  static <T, R> CompletionStage<List<R>> of(
      List<T> all,
      int size,
      Function<List<T>, CompletionStage<List<R>>> work,
      Consumer<R> discard) {
    List<R> done = new ArrayList<>();
    CompletionStage<List<R>> chain = CompletableFuture.completedStage(done);
    for (int from = 0; from < all.size(); from += size) {
      List<T> piece = all.subList(from, Math.min(all.size(), from + size));
      chain =
          chain.thenCompose(
              before ->
                  work.apply(piece)
                      .thenApply(
                          some -> {
                            before.addAll(some);
                            return before;
                          }));
    }
    return chain.whenComplete(
        (_, failure) -> {
          if (failure != null) {
            done.forEach(discard);
          }
        });
  }
}
