package io.pulsewarden.keys.pkcs11;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.pulsewarden.keys.kek.KekFailure;
import io.pulsewarden.keys.kek.KekUnavailableException;
import io.pulsewarden.secret.SecretBytes;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** A token's library that hangs, as one does whose HSM went away. */
class TokenThreadsTest {

  private final CountDownLatch returns = new CountDownLatch(1);

  @Test
  void shouldGiveUpAWaitAndTurnAwayWhoFindsNoPlace() {
    SecretBytes late = SecretBytes.copyOf(new byte[] {1});
    try (TokenThreads threads = new TokenThreads(1, 1, Duration.ofMillis(100))) {
      CompletionStage<SecretBytes> hanging = threads.run(() -> hang(late), SecretBytes::close);
      CompletionStage<Integer> waiting = threads.run(() -> 1, _ -> {});

      assertThat(failure(threads.run(() -> 1, _ -> {}))).isEqualTo(KekFailure.BUSY);
      assertThat(failure(hanging)).isEqualTo(KekFailure.UNREACHABLE);
      assertThat(failure(waiting)).isEqualTo(KekFailure.UNREACHABLE);

      returns.countDown();
      await().until(late::isDestroyed);
      await()
          .ignoreExceptions()
          .until(() -> threads.run(() -> 2, _ -> {}).toCompletableFuture().join() == 2);
    }
  }

  @Test
  void shouldFailAsTheWorkFails() {
    try (TokenThreads threads = new TokenThreads(1, 1, Duration.ofMinutes(1))) {
      assertThatThrownBy(
              () ->
                  threads
                      .run(
                          () -> {
                            throw new IllegalStateException("broken");
                          },
                          _ -> {})
                      .toCompletableFuture()
                      .join())
          .hasRootCauseInstanceOf(IllegalStateException.class);
    }
  }

  private SecretBytes hang(SecretBytes answer) {
    try {
      returns.await();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
    return answer;
  }

  private static KekFailure failure(CompletionStage<?> stage) {
    try {
      throw new AssertionError("it was answered: " + stage.toCompletableFuture().join());
    } catch (CompletionException failed) {
      if (failed.getCause() instanceof KekUnavailableException refused) {
        return refused.reason();
      }
      throw failed;
    }
  }
}
