package io.pulsewarden.keys.rotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.pulsewarden.keys.kek.KekName;
import io.pulsewarden.keys.kek.KekProvider.Unwrapped;
import io.pulsewarden.keys.kek.KekUnavailableException;
import io.pulsewarden.keys.kek.KekVersion;
import io.pulsewarden.keys.kek.KeksInMemory;
import io.pulsewarden.keys.kek.Wrapped;
import io.pulsewarden.keys.rotation.Rewrapping.Pass;
import io.pulsewarden.secret.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RewrappingTest {

  private static final UUID ROTATION = UUID.randomUUID();
  private static final int ROWS = 100;

  private final KekName kek = new KekName(UUID.randomUUID(), 2);
  private final KeksInMemory keks = new KeksInMemory();
  private RowsInMemory rows;
  private KekVersion target;
  private Rewrapping rewrapping;

  @BeforeEach
  void begin() {
    rows = RowsInMemory.of(keks, kek, ROWS);
    target = keks.rotate(kek).toCompletableFuture().join();
    rewrapping = new Rewrapping(rows, keks, 7);
  }

  @Test
  void shouldWrapEveryKeyAnewAndChangeNone() {
    assertThat(rewrapping.pass(ROTATION, target)).isEqualTo(new Pass(ROWS, 0));
    assertAllOpenByTheNewVersion();
    assertThat(rewrapping.pass(ROTATION, target)).isEqualTo(new Pass(0, 0));
  }

  /** At each batch's swap: lost, and durable but reported as failed. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldGoOnAfterACrashAtASwap(boolean whenDurable) {
    int[] swaps = {0};
    rows.crash =
        durable -> {
          if (durable == whenDurable && ++swaps[0] == 4) {
            throw new IllegalStateException("crash");
          }
        };
    assertThatThrownBy(() -> rewrapping.pass(ROTATION, target)).hasMessage("crash");
    int done = whenDurable ? 28 : 21;
    assertThat(rows.olderThan(target, new UUID(0, 0), ROWS)).hasSize(ROWS - done);

    Rewrapping later = new Rewrapping(rows, keks, 7);
    assertThat(later.pass(ROTATION, target)).isEqualTo(new Pass(ROWS - done, 0));
    assertAllOpenByTheNewVersion();
  }

  @Test
  void shouldLoseAgainstAnErasure() {
    UUID erased = rows.rows.keySet().iterator().next();
    rows.crash =
        durable -> {
          if (!durable) {
            rows.rows.remove(erased);
          }
        };
    assertThat(rewrapping.pass(ROTATION, target).rewrapped()).isEqualTo(ROWS - 1);
    assertThat(rows.rows).doesNotContainKey(erased).hasSize(ROWS - 1);
  }

  @Test
  void shouldDoEachRowOnceWithTwoInstances() throws Exception {
    try (ExecutorService two = Executors.newFixedThreadPool(2)) {
      Callable<Pass> instance = () -> new Rewrapping(rows, keks, 3).pass(ROTATION, target);
      int done = 0;
      for (Future<Pass> pass : two.invokeAll(List.of(instance, instance))) {
        done += pass.get().rewrapped();
      }
      assertThat(done).isEqualTo(ROWS);
    }
    assertAllOpenByTheNewVersion();
  }

  @Test
  void shouldLeaveWhatDoesNotOpenAndCountIt() {
    UUID damaged = rows.rows.keySet().iterator().next();
    rows.change(damaged, old -> new Wrapped(old.kek(), ByteString.copyFromUtf8("damaged")));
    assertThat(rewrapping.pass(ROTATION, target)).isEqualTo(new Pass(ROWS - 1, 1));
    assertThat(rows.olderThan(target, new UUID(0, 0), ROWS))
        .extracting(WrappedRow::id)
        .containsExactly(damaged);
  }

  @Test
  void shouldChangeNothingWhileTheProviderIsAway() {
    keks.away(true);
    assertThatThrownBy(() -> rewrapping.pass(ROTATION, target))
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(KekUnavailableException.class);
    keks.away(false);
    assertThat(rewrapping.pass(ROTATION, target)).isEqualTo(new Pass(ROWS, 0));
  }

  private void assertAllOpenByTheNewVersion() {
    for (WrappedRow row : rows.rows.values()) {
      assertThat(row.wrapped().kek()).isEqualTo(target);
      Unwrapped opened =
          keks.unwrap(List.of(row.toUnwrap())).toCompletableFuture().join().getFirst();
      assertThat(opened)
          .isInstanceOfSatisfying(
              Unwrapped.Key.class,
              key -> assertThat(text(key.bytes())).isEqualTo(rows.keys.get(row.id())));
    }
  }

  private static String text(SecretBytes bytes) {
    return bytes.use(raw -> new String(raw, StandardCharsets.UTF_8));
  }
}
