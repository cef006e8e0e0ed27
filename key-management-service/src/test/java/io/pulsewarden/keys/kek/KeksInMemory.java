package io.pulsewarden.keys.kek;

import com.google.protobuf.ByteString;
import io.pulsewarden.secret.SecretBytes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A provider that remembers what it wrapped; what it hands out as wrapped bytes is a number. */
public final class KeksInMemory implements KekProvider {

  private record Entry(KekVersion kek, ByteString associated, SecretBytes key) {}

  private final Map<ByteString, Entry> entries = new HashMap<>();
  private final Map<KekName, Versions> versions = new HashMap<>();
  private boolean away;
  private int unwraps;

  /** Whether it can be reached. */
  public synchronized void away(boolean isAway) {
    away = isAway;
  }

  @Override
  public synchronized CompletionStage<List<Wrapped>> wrap(List<ToWrap> keys) {
    return answer(() -> keys.stream().map(this::wrap).toList());
  }

  private Wrapped wrap(ToWrap key) {
    Versions there = versions.computeIfAbsent(key.kek(), _ -> new Versions(1, 1));
    KekVersion kek = new KekVersion(key.kek(), there.newest());
    ByteString bytes = ByteString.copyFromUtf8(UUID.randomUUID().toString());
    entries.put(bytes, new Entry(kek, key.associated(), key.key().copy()));
    return new Wrapped(kek, bytes);
  }

  /** How often it was asked to unwrap, away or not. */
  public synchronized int unwraps() {
    return unwraps;
  }

  @Override
  public synchronized CompletionStage<List<Unwrapped>> unwrap(List<ToUnwrap> keys) {
    unwraps++;
    return answer(() -> keys.stream().map(this::unwrap).toList());
  }

  private Unwrapped unwrap(ToUnwrap key) {
    KekVersion kek = key.wrapped().kek();
    Versions there = versions.get(kek.name());
    if (there == null || kek.version() < there.oldest()) {
      return new Unwrapped.Refused(there == null ? Refusal.MISSING : Refusal.TRIMMED);
    }
    Entry entry = entries.get(key.wrapped().bytes());
    return entry == null || !entry.kek().equals(kek) || !entry.associated().equals(key.associated())
        ? new Unwrapped.Refused(Refusal.REJECTED)
        : new Unwrapped.Key(entry.key().copy());
  }

  @Override
  public synchronized CompletionStage<List<KekVersion>> missing(List<KekVersion> asked) {
    return answer(
        () ->
            asked.stream()
                .filter(
                    kek -> {
                      Versions there = versions.get(kek.name());
                      return there == null || there.oldest() > kek.version();
                    })
                .toList());
  }

  @Override
  public synchronized CompletionStage<Optional<Versions>> versions(KekName kek) {
    return answer(() -> Optional.ofNullable(versions.get(kek)));
  }

  @Override
  public synchronized CompletionStage<KekVersion> rotate(KekName kek) {
    return answer(
        () ->
            new KekVersion(
                kek,
                versions
                    .merge(
                        kek,
                        new Versions(1, 1),
                        (there, _) -> new Versions(there.oldest(), there.newest() + 1))
                    .newest()));
  }

  @Override
  public synchronized CompletionStage<Void> trim(KekName kek, int oldestKept) {
    return answer(
            () ->
                versions.computeIfPresent(
                        kek, (_, there) -> new Versions(oldestKept, there.newest()))
                    != null)
        .thenAccept(_ -> {});
  }

  @Override
  public synchronized CompletionStage<Void> check() {
    return answer(() -> true).thenAccept(_ -> {});
  }

  private <T> CompletionStage<T> answer(java.util.function.Supplier<T> work) {
    return away
        ? CompletableFuture.failedFuture(
            new KekUnavailableException(KekFailure.SEALED, "told to be away", null))
        : CompletableFuture.completedFuture(work.get());
  }
}
