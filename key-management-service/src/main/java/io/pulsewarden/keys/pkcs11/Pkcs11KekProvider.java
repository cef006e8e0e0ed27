package io.pulsewarden.keys.pkcs11;

import com.google.protobuf.ByteString;
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
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/** KEKs of a {@link Pkcs11Token}, on threads that may wait for it. Thread-safe. */
final class Pkcs11KekProvider implements KekProvider {

  /** Something that the token does. */
  private interface Work<T extends @Nullable Object> {
    T done() throws GeneralSecurityException, IOException;
  }

  private static final int PROBE_LENGTH = 32;

  /** A network's HSM takes ten milliseconds for a key, and each piece has its own patience. */
  private static final int PIECE = 50;

  private final SecureRandom random = new SecureRandom();
  private final Pkcs11Token token;
  private final VersionLock lock;
  private final TokenThreads blocking;
  private final Set<KekName> known = ConcurrentHashMap.newKeySet();

  Pkcs11KekProvider(Pkcs11Token token, VersionLock lock, TokenThreads blocking) {
    this.token = token;
    this.lock = lock;
    this.blocking = blocking;
  }

  @Override
  public CompletionStage<List<Wrapped>> wrap(List<ToWrap> keys) {
    return Pieces.of(keys, PIECE, this::wrapPiece, _ -> {});
  }

  private CompletionStage<List<Wrapped>> wrapPiece(List<ToWrap> keys) {
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
    return Pieces.of(keys, PIECE, this::unwrapPiece, Pkcs11KekProvider::discard);
  }

  private CompletionStage<List<Unwrapped>> unwrapPiece(List<ToUnwrap> keys) {
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
        () ->
            lock.during(
                kek,
                () -> {
                  token.refresh();
                  return token.addVersion(kek);
                }));
  }

  @Override
  public CompletionStage<Void> trim(KekName kek, int oldestKept) {
    return run(() ->
            lock.during(
                kek,
                () -> {
                  token.refresh();
                  if (token.find(new KekVersion(kek, oldestKept)).isEmpty()) {
                    throw new KekUnavailableException(
                        KekFailure.IMPOSSIBLE, "the token has no such version to keep", null);
                  }
                  token.destroyBelow(kek, oldestKept);
                  return true;
                }))
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

  private Wrapped wrap(ToWrap request) throws GeneralSecurityException, IOException {
    KekVersion version = newest(request.kek());
    known.add(request.kek());
    SecretKey kek =
        token.find(version).orElseThrow(() -> new GeneralSecurityException("the key went away"));
    return new Wrapped(version, wrap(kek, version, request.key(), request.associated()));
  }

  private ByteString wrap(SecretKey kek, KekVersion version, SecretBytes key, ByteString associated)
      throws GeneralSecurityException {
    byte[] nonce = new byte[TokenWrap.NONCE_LENGTH];
    random.nextBytes(nonce);
    return TokenWrap.wrap(token.provider(), kek, version.version(), nonce, key, associated);
  }

  /** The newest version; the first is made by one of all instances. */
  private KekVersion newest(KekName kek) throws GeneralSecurityException, IOException {
    Optional<Versions> there = token.versions(kek);
    if (there.isEmpty() && known.contains(kek)) {
      // Whoever made it anew would wrap keys that the token which has the right one can't unwrap.
      throw new KekUnavailableException(
          KekFailure.IMPOSSIBLE, "the token has a key no more that it wrapped with", null);
    }
    return there.isPresent()
        ? new KekVersion(kek, there.get().newest())
        : lock.during(
            kek,
            () -> {
              token.refresh();
              return token.newest(kek);
            });
  }

  private Unwrapped unwrap(ToUnwrap request) throws GeneralSecurityException {
    KekVersion version = request.wrapped().kek();
    Optional<SecretKey> kek = token.find(version);
    SecretBytes key =
        kek.isEmpty()
            ? null
            : TokenVerdict.of(
                () -> unwrap(kek.get(), version, request.wrapped().bytes(), request.associated()),
                () -> probed(kek.get(), version));
    if (key != null) {
      return new Unwrapped.Key(key);
    }
    return new Unwrapped.Refused(
        token
            .versions(version.name())
            .map(versions -> versions.refusalOf(version.version()))
            .orElse(Refusal.MISSING));
  }

  private @Nullable SecretBytes unwrap(
      SecretKey kek, KekVersion version, ByteString wrapped, ByteString associated)
      throws GeneralSecurityException {
    return TokenWrap.unwrap(token.provider(), kek, version.version(), wrapped, associated);
  }

  /** What the token makes of bytes that it wrapped just now. */
  private @Nullable SecretBytes probed(SecretKey kek, KekVersion version)
      throws GeneralSecurityException {
    byte[] bytes = new byte[PROBE_LENGTH];
    random.nextBytes(bytes);
    try (SecretBytes probe = SecretBytes.owning(bytes)) {
      return unwrap(kek, version, wrap(kek, version, probe, ByteString.EMPTY), ByteString.EMPTY);
    }
  }

  /** Keys that nobody waits for any more. */
  private static void late(@Nullable Object answer) {
    if (answer instanceof List<?> answers) {
      for (Object one : answers) {
        discard(one);
      }
    }
  }

  private static void discard(@Nullable Object answer) {
    if (answer instanceof Unwrapped.Key(SecretBytes bytes)) {
      bytes.close();
    }
  }

  private <T extends @Nullable Object> CompletionStage<T> run(Work<T> work) {
    return blocking.run(
        () -> {
          try {
            return work.done();
          } catch (GeneralSecurityException | IOException | ProviderException failed) {
            throw new KekUnavailableException(
                KekFailure.UNREACHABLE, "the PKCS#11 token can't be used", failed);
          }
        },
        Pkcs11KekProvider::late);
  }
}
