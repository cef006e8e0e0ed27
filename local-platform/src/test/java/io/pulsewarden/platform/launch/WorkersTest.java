package io.pulsewarden.platform.launch;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

class WorkersTest {

  @Test
  void shouldNotWaitForOneTaskWhenAnotherFailed() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    AtomicBoolean interrupted = new AtomicBoolean();
    try (Workers workers = new Workers()) {
      Workers.Task waits =
          workers.start(
              () -> {
                try {
                  never.await();
                } catch (InterruptedException stopped) {
                  interrupted.set(true);
                  throw stopped;
                }
              });
      workers.start(
          () -> {
            throw new IllegalStateException("the keyring does not open");
          });

      assertThatThrownBy(waits::await).hasMessage("the keyring does not open");
    }
    Assertions.assertThat(interrupted).isTrue();
  }
}
