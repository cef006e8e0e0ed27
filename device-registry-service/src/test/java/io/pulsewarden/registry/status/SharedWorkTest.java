package io.pulsewarden.registry.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class SharedWorkTest {

  private static final int ASKERS = 200;

  private final SharedWork<String, String> work = new SharedWork<>();

  /** Attempts in the order in which they began; the test ends them. */
  private final List<CompletableFuture<String>> begun =
      Collections.synchronizedList(new ArrayList<>());

  private final AtomicBoolean current = new AtomicBoolean(true);

  @Test
  void shouldMakeItOnceForAllWhoAskMeanwhile() throws Exception {
    List<CompletableFuture<String>> askers = askAtOnce();

    assertThat(begun).hasSize(1);
    assertThat(askers).noneMatch(CompletableFuture::isDone);
    begun.getFirst().complete("list");

    assertThat(askers).allMatch(asker -> "list".equals(asker.getNow("not yet")));
    assertThat(begun).hasSize(1);
  }

  @Test
  void shouldMakeTheNextOnceForAllWhoComeTooLateAndNotBeforeTheFirstIsDone() throws Exception {
    CompletableFuture<String> early = ask();
    current.set(false);

    List<CompletableFuture<String>> late = askAtOnce();

    assertThat(begun).hasSize(1);
    begun.get(0).complete("old");
    assertThat(early.getNow("not yet")).isEqualTo("old");
    assertThat(late).noneMatch(CompletableFuture::isDone);
    assertThat(begun).hasSize(2);
    begun.get(1).complete("new");
    assertThat(late).allMatch(asker -> "new".equals(asker.getNow("not yet")));
    assertThat(begun).hasSize(2);
  }

  @Test
  void shouldFailAllWhoWaitAndMakeItAnewForTheNext() throws Exception {
    List<CompletableFuture<String>> askers = askAtOnce();

    begun.getFirst().completeExceptionally(new IllegalStateException("no signature"));

    assertThat(askers).hasSize(ASKERS).allMatch(CompletableFuture::isCompletedExceptionally);
    assertThatThrownBy(askers.getLast()::join).hasRootCauseMessage("no signature");
    CompletableFuture<String> next = ask();
    assertThat(begun).hasSize(2);
    begun.getLast().complete("list");
    assertThat(next.getNow("not yet")).isEqualTo("list");
  }

  @Test
  void shouldBeginTheNextAlsoWhereTheFirstFails() {
    CompletableFuture<String> early = ask();
    current.set(false);
    CompletableFuture<String> late = ask();

    begun.get(0).completeExceptionally(new IllegalStateException("no signature"));

    assertThat(early).isCompletedExceptionally();
    assertThat(late).isNotDone();
    begun.get(1).complete("new");
    assertThat(late.getNow("not yet")).isEqualTo("new");
  }

  @Test
  void shouldFailWhereItCannotEvenBegin() {
    Uni<String> asked =
        work.share(
            "key",
            () -> {
              throw new IllegalStateException("no beginning");
            });

    assertThatThrownBy(asked.subscribeAsCompletionStage()::join)
        .hasRootCauseMessage("no beginning");
    assertThat(ask()).isNotDone();
    assertThat(begun).hasSize(1);
  }

  @Test
  void shouldGoOnForTheOthersWhenOneLeaves() {
    Cancellable first = work.share("key", this::attempt).subscribe().with(list -> {});
    CompletableFuture<String> second = ask();

    first.cancel();
    begun.getFirst().complete("list");

    assertThat(second.getNow("not yet")).isEqualTo("list");
    assertThat(begun).hasSize(1);
  }

  @Test
  void shouldKeepKeysApart() {
    CompletableFuture<String> one = ask();
    CompletableFuture<String> another =
        work.share("another", this::attempt).subscribeAsCompletionStage();

    assertThat(begun).hasSize(2);
    begun.get(1).complete("of another");

    assertThat(another.getNow("not yet")).isEqualTo("of another");
    assertThat(one).isNotDone();
  }

  private CompletableFuture<String> ask() {
    return work.share("key", this::attempt).subscribeAsCompletionStage();
  }

  private SharedWork.Attempt<String> attempt() {
    CompletableFuture<String> attempt = new CompletableFuture<>();
    begun.add(attempt);
    return new SharedWork.Attempt<>(Uni.createFrom().completionStage(() -> attempt), current::get);
  }

  private List<CompletableFuture<String>> askAtOnce() throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<CompletableFuture<String>> askers = new ArrayList<>();
      List<Callable<CompletableFuture<String>>> tasks = Collections.nCopies(ASKERS, this::ask);
      for (Future<CompletableFuture<String>> asked : threads.invokeAll(tasks)) {
        askers.add(asked.get());
      }
      return askers;
    }
  }
}
