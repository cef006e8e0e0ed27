package io.pulsewarden.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class VaultBulkheadTest {

  @Test
  void shouldLetSoManyInAndTheNextOnceOneHasLeft() {
    VaultBulkhead two = new VaultBulkhead(2, Duration.ZERO);
    VaultBulkhead.Place first = two.enter();
    VaultBulkhead.Place second = two.enter();

    assertThatThrownBy(two::enter)
        .isInstanceOfSatisfying(
            VaultUnavailableException.class,
            full -> assertThat(full.reason()).isEqualTo(VaultFailure.BUSY));

    first.close();
    two.enter().close();
    second.close();
  }

  @Test
  void shouldLetWhoWaitsInWhenOneLeaves() throws InterruptedException {
    VaultBulkhead one = new VaultBulkhead(1, Duration.ofMinutes(1));
    VaultBulkhead.Place taken = one.enter();
    Thread next = Thread.ofVirtual().start(() -> one.enter().close());

    taken.close();

    next.join();
    one.enter().close();
  }
}
