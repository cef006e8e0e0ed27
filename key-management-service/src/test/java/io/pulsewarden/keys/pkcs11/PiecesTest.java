package io.pulsewarden.keys.pkcs11;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PiecesTest {

  private final List<Integer> all = IntStream.range(0, 1000).boxed().toList();
  private final List<List<Integer>> begun = new ArrayList<>();
  private final List<CompletableFuture<List<String>>> running = new ArrayList<>();
  private final List<String> discarded = new ArrayList<>();
  private final CompletableFuture<List<String>> answer =
      Pieces.of(all, 50, this::begin, discarded::add).toCompletableFuture();

  private CompletableFuture<List<String>> begin(List<Integer> piece) {
    begun.add(piece);
    CompletableFuture<List<String>> one = new CompletableFuture<>();
    running.add(one);
    return one;
  }

  private void end(int piece) {
    running.get(piece).complete(begun.get(piece).stream().map(String::valueOf).toList());
  }

  @Test
  void shouldBeginAPieceWhenTheOneBeforeIsDoneAndKeepTheOrder() {
    for (int piece = 0; piece < 20; piece++) {
      assertThat(begun).hasSize(piece + 1);
      assertThat(answer).isNotDone();
      end(piece);
    }
    assertThat(answer.join()).isEqualTo(all.stream().map(String::valueOf).toList());
    assertThat(discarded).isEmpty();
  }

  @Test
  void shouldBeginNoMoreAfterOneThatFailedAndDiscardWhatWasDone() {
    end(0);
    end(1);
    running.get(2).completeExceptionally(new IllegalStateException("too late"));
    assertThatThrownBy(answer::join).hasRootCauseMessage("too late");
    assertThat(begun).hasSize(3);
    assertThat(discarded).hasSize(100);
  }

  @Test
  void shouldHaveNothingToDoForNothing() {
    assertThat(
            Pieces.of(List.<Integer>of(), 50, this::begin, discarded::add)
                .toCompletableFuture()
                .join())
        .isEmpty();
    assertThat(begun).as("the other list's").hasSize(1);
  }
}
