package io.pulsewarden.keys.pkcs11;

import io.pulsewarden.keys.kek.KekFailure;
import io.pulsewarden.keys.kek.KekName;
import io.pulsewarden.keys.kek.KekProvider;
import io.pulsewarden.keys.kek.KekUnavailableException;
import io.pulsewarden.keys.kek.KekVersion;
import io.pulsewarden.keys.kek.Wrapped;
import io.pulsewarden.secret.SecretBytes;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.ProviderException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/** KEKs of a {@link Pkcs11Token}, on threads that may wait for it. Thread-safe. */
final class Pkcs11KekProvider implements KekProvider {

  /** Something that the token does. */
  private interface Work<T extends @Nullable Object> {
    T done() throws GeneralSecurityException, IOException;
  }

  private final SecureRandom random = new SecureRandom();
  private final Pkcs11Token token;
  private final Executor blocking;

  Pkcs11KekProvider(Pkcs11Token token, Executor blocking) {
    this.token = token;
    this.blocking = blocking;
  }

  @Override
  public CompletionStage<List<Wrapped>> wrap(List<ToWrap> keys) {
    return run(
        () -> {
          List<Wrapped> wrapped = new ArrayList<>();
          for (ToWrap key : keys) {
            wrapped.add(wrap(key));
          }
          return wrapped;
        });
  }

  @Override
  public CompletionStage<List<Unwrapped>> unwrap(List<ToUnwrap> keys) {
    return run(
        () -> {
          List<Unwrapped> unwrapped = new ArrayList<>();
          for (ToUnwrap key : keys) {
            unwrapped.add(unwrap(key));
          }
          return unwrapped;
        });
  }

  @Override
  public CompletionStage<List<KekVersion>> missing(List<KekVersion> versions) {
    return run(
        () -> {
          token.refresh();
          List<KekVersion> missing = new ArrayList<>();
          for (KekVersion version : versions) {
            if (token.find(version).isEmpty()) {
              missing.add(version);
            }
          }
          return missing;
        });
  }

  @Override
  public CompletionStage<Optional<Versions>> versions(KekName kek) {
    return run(() -> token.versions(kek));
  }

  @Override
  public CompletionStage<KekVersion> rotate(KekName kek) {
    return run(
        () -> {
          token.refresh();
          return token.addVersion(kek);
        });
  }

  @Override
  public CompletionStage<Void> trim(KekName kek, int oldestKept) {
    return run(() -> {
          token.refresh();
          if (token.find(new KekVersion(kek, oldestKept)).isEmpty()) {
            throw new KekUnavailableException(
                KekFailure.IMPOSSIBLE, "the token has no such version to keep", null);
          }
          token.destroyBelow(kek, oldestKept);
          return true;
        })
        .thenAccept(_ -> {});
  }

  @Override
  public CompletionStage<Void> check() {
    return run(() -> {
          token.refresh();
          return true;
        })
        .thenAccept(_ -> {});
  }

  private Wrapped wrap(ToWrap request) throws GeneralSecurityException {
    KekVersion version = token.newest(request.kek());
    SecretKey kek =
        token.find(version).orElseThrow(() -> new GeneralSecurityException("the key went away"));
    byte[] nonce = new byte[TokenWrap.NONCE_LENGTH];
    random.nextBytes(nonce);
    return new Wrapped(
        version,
        TokenWrap.wrap(
            token.provider(), kek, version.version(), nonce, request.key(), request.associated()));
  }

  private Unwrapped unwrap(ToUnwrap request) throws GeneralSecurityException {
    KekVersion version = request.wrapped().kek();
    Optional<SecretKey> kek = token.find(version);
    SecretBytes key =
        kek.isEmpty()
            ? null
            : TokenWrap.unwrap(
                token.provider(),
                kek.get(),
                version.version(),
                request.wrapped().bytes(),
                request.associated());
    if (key != null) {
      return new Unwrapped.Key(key);
    }
    return new Unwrapped.Refused(
        token
            .versions(version.name())
            .map(versions -> versions.refusalOf(version.version()))
            .orElse(Refusal.MISSING));
  }

  private <T extends @Nullable Object> CompletionStage<T> run(Work<T> work) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return work.done();
          } catch (GeneralSecurityException | IOException | ProviderException failed) {
            throw new KekUnavailableException(
                KekFailure.UNREACHABLE, "the PKCS#11 token can't be used", failed);
          }
        },
        blocking);
  }
}
