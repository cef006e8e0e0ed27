package io.pulsewarden.keys.keyring;

import com.google.protobuf.ByteString;
import io.pulsewarden.keys.kek.KekProvider;
import io.pulsewarden.keys.kek.KekUnavailableException;
import io.pulsewarden.keys.kek.KekVersion;
import io.pulsewarden.keys.kek.Wrapped;
import io.pulsewarden.secret.SecretBytes;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

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

  private Wrapped wrap(ToWrap request) {
    KekVersion version = keyring.newest(request.kek());
    byte[] nonce = new byte[KeyWrap.NONCE_LENGTH];
    random.nextBytes(nonce);
    SecretBytes kek =
        keyring
            .find(version)
            .orElseThrow(() -> new KekUnavailableException("the keyring was closed", null));
    ByteString bytes =
        KeyWrap.wrap(kek, version.version(), nonce, request.key(), request.associated());
    return new Wrapped(version, bytes);
  }

  private Unwrapped unwrap(ToUnwrap request) {
    KekVersion version = request.wrapped().kek();
    SecretBytes key =
        keyring
            .find(version)
            .map(
                kek ->
                    KeyWrap.unwrap(
                        kek, version.version(), request.wrapped().bytes(), request.associated()))
            .orElse(null);
    return key == null ? new Unwrapped.Refused() : new Unwrapped.Key(key);
  }

  private <T> CompletionStage<T> run(Supplier<T> work) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return work.get();
          } catch (KeyringException unusable) {
            throw new KekUnavailableException("the keyring can't be used", unusable);
          }
        },
        blocking);
  }
}
