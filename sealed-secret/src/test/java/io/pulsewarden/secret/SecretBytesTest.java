package io.pulsewarden.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SecretBytesTest {

  @Test
  void shouldOverwriteTheArrayItOwnsWhenClosed() {
    byte[] bytes = {1, 2, 3};
    SecretBytes secret = SecretBytes.owning(bytes);
    secret.close();
    assertThat(bytes).containsOnly(0);
    assertThat(secret.isDestroyed()).isTrue();
    assertThat(secret.length()).isEqualTo(3);
    assertThatThrownBy(() -> secret.use(lent -> lent.length))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageNotContaining("1");
  }

  @Test
  void shouldLeaveTheCallersArrayAndEachCopyAlone() {
    byte[] bytes = {1, 2, 3};
    SecretBytes secret = SecretBytes.copyOf(bytes);
    SecretBytes copy = secret.copy();
    secret.close();
    assertThat(bytes).containsExactly(1, 2, 3);
    assertThat(copy.sameAs(SecretBytes.copyOf(bytes))).isTrue();
  }

  @Test
  void shouldTellNothingByToStringEqualsAndHashCode() {
    SecretBytes one = SecretBytes.owning(new byte[] {65, 66, 67});
    SecretBytes same = SecretBytes.owning(new byte[] {65, 66, 67});
    assertThat(one.toString()).isEqualTo("SecretBytes[redacted]");
    assertThat(one).isNotEqualTo(same);
    assertThat(one.sameAs(same)).isTrue();
    assertThat(one.sameAs(SecretBytes.owning(new byte[] {65, 66, 68}))).isFalse();
    assertThat(one.sameAs(SecretBytes.owning(new byte[] {65, 66}))).isFalse();
  }

  @Test
  void shouldNotZeroUnderSomebodysHands() throws InterruptedException {
    SecretBytes secret = SecretBytes.owning(new byte[] {7});
    CountDownLatch inUse = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    byte[] seen = new byte[1];
    Thread user =
        Thread.ofPlatform()
            .start(
                () ->
                    seen[0] =
                        secret.use(
                            bytes -> {
                              inUse.countDown();
                              awaitQuietly(release);
                              return bytes[0];
                            }));
    inUse.await();
    Thread closer = Thread.ofPlatform().start(secret::close);
    while (closer.getState() != Thread.State.BLOCKED) {
      Thread.onSpinWait();
    }
    release.countDown();
    user.join();
    closer.join();
    assertThat(seen).containsExactly(7);
    assertThat(secret.isDestroyed()).isTrue();
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
