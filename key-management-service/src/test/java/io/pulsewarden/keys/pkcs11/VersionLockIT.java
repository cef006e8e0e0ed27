package io.pulsewarden.keys.pkcs11;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pulsewarden.keys.KeyServers;
import io.pulsewarden.keys.kek.KekName;
import io.pulsewarden.keys.kek.KekUnavailableException;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** The lock by which instances make a token's keys one after the other. */
@QuarkusTest
@QuarkusTestResource(KeyServers.class)
class VersionLockIT {

  @Inject VersionLockStore lock;

  @Test
  void shouldLetOneAtATimeAtAKekAndGiveItBackAfterAFailure() throws Exception {
    KekName kek = new KekName(UUID.randomUUID(), 1);
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch enough = new CountDownLatch(1);
    try (ExecutorService other = Executors.newSingleThreadExecutor()) {
      Future<String> first =
          other.submit(
              () ->
                  lock.during(
                      kek,
                      () -> {
                        held.countDown();
                        awaited(enough);
                        return "first";
                      }));
      held.await();
      assertThatThrownBy(() -> lock.during(kek, () -> "both"))
          .isInstanceOf(KekUnavailableException.class);
      assertThat(lock.during(new KekName(kek.organisation(), 2), () -> "another"))
          .isEqualTo("another");
      enough.countDown();
      assertThat(first.get()).isEqualTo("first");
    }
    assertThatThrownBy(
            () ->
                lock.during(
                    kek,
                    () -> {
                      throw new IllegalStateException("the token went away");
                    }))
        .hasMessage("the token went away");
    assertThat(lock.during(kek, () -> "again")).isEqualTo("again");
  }

  private static void awaited(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
