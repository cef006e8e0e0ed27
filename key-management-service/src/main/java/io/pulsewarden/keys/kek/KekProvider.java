package io.pulsewarden.keys.kek;

import com.google.protobuf.ByteString;
import io.pulsewarden.secret.SecretBytes;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Keeps KEKs and works with them; they never leave it. Thread-safe. Stages fail with {@link
 * KekUnavailableException} when it can't be reached or refuses to work, and complete on any thread.
 */
public interface KekProvider {

  /**
   * A key to wrap.
   *
   * @param key stays the caller's
   * @param associated what it is bound to
   */
  record ToWrap(KekName kek, SecretBytes key, ByteString associated) {}

  /**
   * A key to unwrap.
   *
   * @param associated what it was bound to
   */
  record ToUnwrap(Wrapped wrapped, ByteString associated) {}

  /** What became of unwrapping one key. */
  sealed interface Unwrapped {

    /** The key; the receiver owns it. */
    record Key(SecretBytes bytes) implements Unwrapped {}

    /** Changed, moved, or its KEK version is gone. Asking again does not help. */
    record Refused() implements Unwrapped {}
  }

  /**
   * Wraps each under its KEK's newest version, in order. A KEK that does not exist is made, and is
   * durable before the stage completes.
   */
  CompletionStage<List<Wrapped>> wrap(List<ToWrap> keys);

  /** Unwraps each, in order. */
  CompletionStage<List<Unwrapped>> unwrap(List<ToUnwrap> keys);

  /** Those of these that it can't unwrap with; fails as well when it can't be asked at all. */
  CompletionStage<List<KekVersion>> missing(List<KekVersion> versions);
}
