package io.pulsewarden.keys.keyring;

import com.google.protobuf.ByteString;
import io.pulsewarden.keys.kek.KekFailure;
import io.pulsewarden.keys.kek.KekName;
import io.pulsewarden.keys.kek.KekProvider;
import io.pulsewarden.keys.kek.KekUnavailableException;
import io.pulsewarden.keys.kek.KekVersion;
import io.pulsewarden.keys.kek.Wrapped;
import io.pulsewarden.secret.SecretBytes;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** KEKs of a {@link Keyring}, on threads that may wait for its file. Thread-safe. */
final class KeyringKekProvider implements KekProvider {

  private final SecureRandom random = new SecureRandom();
  private final Keyring keyring;
  private final Executor blocking;

  KeyringKekProvider(Keyring keyring, Executor blocking) {
    this.keyring = keyring;
    this.blocking = blocking;
  }

  @Override
  public CompletionStage<List<Wrapped>> wrap(List<ToWrap> keys) {
    return run(() -> keys.stream().map(this::wrap).toList());
  }

  @Override
  public CompletionStage<List<Unwrapped>> unwrap(List<ToUnwrap> keys) {
    return run(() -> keys.stream().map(this::unwrap).toList());
  }

  @Override
  public CompletionStage<List<KekVersion>> missing(List<KekVersion> versions) {
    return run(() -> versions.stream().filter(version -> keyring.find(version).isEmpty()).toList());
  }

  @Override
  public CompletionStage<Optional<Versions>> versions(KekName kek) {
    return run(() -> keyring.versions(kek));
  }

  @Override
  public CompletionStage<KekVersion> rotate(KekName kek) {
    return run(() -> keyring.addVersion(kek));
  }

  @Override
  public CompletionStage<Void> trim(KekName kek, int oldestKept) {
    return run(
        () -> {
          try {
            keyring.trim(kek, oldestKept);
            return null;
          } catch (IllegalArgumentException absent) {
            throw new KekUnavailableException(
                KekFailure.IMPOSSIBLE, "the keyring has no such version to keep", absent);
          }
        });
  }

  /** In memory, it always is. */
  @Override
  public CompletionStage<Void> check() {
    return CompletableFuture.completedFuture(null);
  }

  private Wrapped wrap(ToWrap request) {
    KekVersion version = keyring.newest(request.kek());
    byte[] nonce = new byte[KeyWrap.NONCE_LENGTH];
    random.nextBytes(nonce);
    SecretBytes kek = keyring.find(version).orElseThrow(KeyringKekProvider::closed);
    ByteString bytes =
        KeyWrap.wrap(kek, version.version(), nonce, request.key(), request.associated());
    return new Wrapped(version, bytes);
  }

  private Unwrapped unwrap(ToUnwrap request) {
    KekVersion version = request.wrapped().kek();
    Refusal refusal =
        keyring
            .versions(version.name())
            .map(versions -> versions.refusalOf(version.version()))
            .orElse(Refusal.MISSING);
    SecretBytes key =
        keyring
            .find(version)
            .map(
                kek ->
                    KeyWrap.unwrap(
                        kek, version.version(), request.wrapped().bytes(), request.associated()))
            .orElse(null);
    return key == null ? new Unwrapped.Refused(refusal) : new Unwrapped.Key(key);
  }

  private static KekUnavailableException closed() {
    return new KekUnavailableException(KekFailure.UNREACHABLE, "the keyring was closed", null);
  }

  private <T extends @Nullable Object> CompletionStage<T> run(Supplier<T> work) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return work.get();
          } catch (KeyringException unusable) {
            throw new KekUnavailableException(
                KekFailure.UNREACHABLE, "the keyring can't be used", unusable);
          }
        },
        blocking);
  }
}
