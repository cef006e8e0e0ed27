package io.pulsewarden.keys.subject;

import com.google.protobuf.ByteString;
import io.pulsewarden.keys.kek.KekFailure;
import io.pulsewarden.keys.kek.KekName;
import io.pulsewarden.keys.kek.KekProvider;
import io.pulsewarden.keys.kek.KekUnavailableException;
import io.pulsewarden.keys.kek.KekVersion;
import io.pulsewarden.keys.kek.Wrapped;
import io.pulsewarden.secret.SecretBytes;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Wraps by doing nothing, counts calls, and refuses what a test tells it to. */
final class CountingKeks implements KekProvider {

  final AtomicInteger wraps = new AtomicInteger();
  final AtomicInteger unwraps = new AtomicInteger();
  final Set<ByteString> refused = new HashSet<>();
  @Nullable CountDownLatch gate;
  volatile @Nullable KekFailure away;

  @Override
  public CompletionStage<List<Wrapped>> wrap(List<ToWrap> keys) {
    wraps.incrementAndGet();
    return CompletableFuture.completedFuture(
        keys.stream()
            .map(
                key ->
                    new Wrapped(new KekVersion(key.kek(), 1), key.key().use(ByteString::copyFrom)))
            .toList());
  }

  @Override
  public CompletionStage<List<Unwrapped>> unwrap(List<ToUnwrap> keys) {
    unwraps.incrementAndGet();
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            if (gate != null) {
              gate.await();
            }
          } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
          }
          KekFailure reason = away;
          if (reason != null) {
            throw new KekUnavailableException(reason, "by the test", null);
          }
          return keys.stream().map(this::unwrap).toList();
        });
  }

  private Unwrapped unwrap(ToUnwrap key) {
    ByteString bytes = key.wrapped().bytes();
    return refused.contains(bytes)
        ? new Unwrapped.Refused(Refusal.REJECTED)
        : new Unwrapped.Key(SecretBytes.copyOf(bytes.toByteArray()));
  }

  @Override
  public CompletionStage<List<KekVersion>> missing(List<KekVersion> versions) {
    return CompletableFuture.completedFuture(List.of());
  }

  @Override
  public CompletionStage<Optional<Versions>> versions(KekName kek) {
    return CompletableFuture.completedFuture(Optional.of(new Versions(1, 1)));
  }

  @Override
  public CompletionStage<KekVersion> rotate(KekName kek) {
    return CompletableFuture.completedFuture(new KekVersion(kek, 1));
  }

  @Override
  public CompletionStage<Void> trim(KekName kek, int oldestKept) {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletionStage<Void> check() {
    return CompletableFuture.completedFuture(null);
  }
}
