package io.pulsewarden.telemetry.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EvictionReportsTest {

  private final List<String> order = new CopyOnWriteArrayList<>();
  private final List<Confirmation> heard = new CopyOnWriteArrayList<>();
  private final AtomicInteger deaf = new AtomicInteger();
  private final HolderName name = new HolderName();
  private final EvictionReports reports =
      new EvictionReports(
          new KeyChanges() {
            @Override
            public void changed(UUID subjectKeyId) {
              order.add("evicted " + subjectKeyId);
            }

            @Override
            public void missed() {
              order.add("dropped all");
            }
          },
          name,
          this::hear);

  @AfterEach
  void close() {
    reports.close();
  }

  @Test
  void shouldSayWhatItEvictedAfterItHasEvictedIt() {
    UUID key = UUID.randomUUID();
    reports.start();
    reports.changed(key);

    await().until(() -> order.size() == 2);
    assertThat(order).containsExactly("evicted " + key, "heard");
    assertThat(heard)
        .containsExactly(new Confirmation(name.current(), List.of(key), List.of(), false));
  }

  @Test
  void shouldSayItAgainUntilItIsHeard() {
    deaf.set(1);
    reports.start();
    reports.changed(UUID.randomUUID());

    await().until(() -> !heard.isEmpty());
    assertThat(deaf).hasValue(0);
  }

  @Test
  void shouldTakeANewNameWhenItMayHaveMissedSomethingAndLeaveTheOldOne() {
    UUID old = name.current();
    reports.start();
    reports.missed();

    await().until(() -> !heard.isEmpty());
    assertThat(order).containsExactly("dropped all", "heard");
    assertThat(heard).containsExactly(new Confirmation(old, List.of(), List.of(), true));
    assertThat(name.current()).isNotEqualTo(old);
  }

  @Test
  void shouldDropEverythingAndSaySoAtTheEnd() {
    UUID last = name.current();
    reports.close();

    assertThat(order).containsExactly("dropped all", "heard");
    assertThat(heard).containsExactly(new Confirmation(last, List.of(), List.of(), true));
  }

  private CompletionStage<Void> hear(Confirmation confirmation) {
    if (deaf.get() > 0) {
      deaf.decrementAndGet();
      return CompletableFuture.failedFuture(new IllegalStateException("away"));
    }
    order.add("heard");
    heard.add(confirmation);
    return CompletableFuture.completedFuture(null);
  }
}
