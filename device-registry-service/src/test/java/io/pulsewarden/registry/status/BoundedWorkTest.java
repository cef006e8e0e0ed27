package io.pulsewarden.registry.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BoundedWorkTest {

  private final BoundedWork work = new BoundedWork(2, 3);

  /** What began, in its order; the test ends it. */
  private final List<CompletableFuture<String>> begun = new ArrayList<>();

  @Test
  void shouldDoSoMuchAtOnceAndLetSoMuchWait() {
    List<CompletableFuture<Optional<String>>> five = ask(5);

    assertThat(begun).hasSize(2);
    assertThat(five).noneMatch(CompletableFuture::isDone);
    assertThat(ask().getNow(Optional.of("not yet"))).isEmpty();

    begun.get(1).complete("second");
    assertThat(five.get(1).getNow(Optional.empty())).contains("second");
    assertThat(begun).hasSize(3);
    // A place to wait is free again.
    CompletableFuture<Optional<String>> sixth = ask();
    assertThat(ask().getNow(Optional.of("not yet"))).isEmpty();
    endAll();
    assertThat(five).allMatch(asker -> asker.getNow(Optional.empty()).isPresent());
    assertThat(sixth.getNow(Optional.empty())).contains("done");
  }

  @Test
  void shouldGoOnAfterWhatFails() {
    List<CompletableFuture<Optional<String>>> three = ask(3);

    begun.get(0).completeExceptionally(new IllegalStateException("no signature"));

    assertThatThrownBy(three.get(0)::join).hasRootCauseMessage("no signature");
    assertThat(begun).hasSize(3);
    Uni<Optional<String>> impossible =
        work.run(
            () -> {
              throw new IllegalStateException("no beginning");
            });
    endAll();
    assertThatThrownBy(impossible.subscribeAsCompletionStage()::join)
        .hasRootCauseMessage("no beginning");
    ask(5);
    assertThat(ask().getNow(Optional.of("not yet"))).isEmpty();
  }

  @Test
  void shouldNotBeginWhatNobodyWaitsForAnyMore() {
    ask(2);
    Cancellable leaves = work.run(this::attempt).subscribe().with(done -> {});
    CompletableFuture<Optional<String>> stays = ask();

    leaves.cancel();
    begun.get(0).complete("first");

    assertThat(begun).hasSize(3);
    begun.get(2).complete("of who stayed");
    assertThat(stays.getNow(Optional.empty())).contains("of who stayed");
  }

  /** Places are neither lost nor doubled by many threads. */
  @Test
  void shouldNeverDoMoreAtOnce() throws Exception {
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    AtomicInteger done = new AtomicInteger();
    BoundedWork narrow = new BoundedWork(3, 1_000);
    try (ExecutorService threads = Executors.newFixedThreadPool(8);
        ExecutorService workers = Executors.newFixedThreadPool(8)) {
      Callable<Optional<Integer>> task =
          () ->
              narrow
                  .run(
                      () ->
                          Uni.createFrom()
                              .item(
                                  () -> {
                                    most.accumulateAndGet(now.incrementAndGet(), Math::max);
                                    Thread.onSpinWait();
                                    now.decrementAndGet();
                                    return done.incrementAndGet();
                                  })
                              .runSubscriptionOn(workers))
                  .subscribeAsCompletionStage()
                  .get();
      for (var each : threads.invokeAll(Collections.nCopies(500, task))) {
        assertThat(each.get()).isPresent();
      }
    }

    assertThat(done).hasValue(500);
    assertThat(most.get()).isBetween(1, 3);
  }

  @Test
  void shouldNotGoDeeperWithEachThatEndsAtOnce() {
    BoundedWork one = new BoundedWork(1, 10_000);
    CompletableFuture<String> first = new CompletableFuture<>();
    List<CompletableFuture<Optional<String>>> askers = new ArrayList<>();
    askers.add(
        one.run(() -> Uni.createFrom().completionStage(() -> first)).subscribeAsCompletionStage());
    for (int i = 0; i < 10_000; i++) {
      askers.add(one.run(() -> Uni.createFrom().item("at once")).subscribeAsCompletionStage());
    }

    first.complete("first");

    assertThat(askers).allMatch(asker -> asker.getNow(Optional.empty()).isPresent());
  }

  private void endAll() {
    for (int i = 0; i < begun.size(); i++) {
      begun.get(i).complete("done");
    }
  }

  private List<CompletableFuture<Optional<String>>> ask(int times) {
    List<CompletableFuture<Optional<String>>> askers = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      askers.add(ask());
    }
    return askers;
  }

  private CompletableFuture<Optional<String>> ask() {
    return work.run(this::attempt).subscribeAsCompletionStage();
  }

  private Uni<String> attempt() {
    CompletableFuture<String> attempt = new CompletableFuture<>();
    begun.add(attempt);
    return Uni.createFrom().completionStage(() -> attempt);
  }
}
