package io.pulsewarden.keys.kek;

import com.google.protobuf.ByteString;
import io.pulsewarden.secret.SecretBytes;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Keeps KEKs and works with them; they never leave it. Thread-safe. Stages fail with {@link
 * KekUnavailableException}, whose reason tells why, when it can't be reached or refuses to work,
 * and complete on any thread. What is wrong with one key of a batch is that key's outcome, not a
 * failure.
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

    /** Asking again does not help. */
    record Refused(Refusal why) implements Unwrapped {}
  }

  /** Why one key does not open. */
  enum Refusal {
    /** Changed, or moved from where it was bound to. */
    REJECTED,
    /** Its KEK version was trimmed. */
    TRIMMED,
    /** The provider never had that KEK or that version of it. */
    MISSING
  }

  /**
   * The versions of a KEK that still unwrap.
   *
   * @param oldest from 1
   * @param newest the one that wraps
   */
  record Versions(int oldest, int newest) {

    public Versions {
      if (oldest < 1 || newest < oldest) {
        throw new IllegalArgumentException("no such range of versions");
      }
    }

    /** What to say of a version that does not open something. */
    public Refusal refusalOf(int version) {
      if (version < oldest) {
        return Refusal.TRIMMED;
      }
      return version > newest ? Refusal.MISSING : Refusal.REJECTED;
    }
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

  /** What there is of a KEK; empty where there is none. */
  CompletionStage<Optional<Versions>> versions(KekName kek);

  /**
   * Makes the next version of a KEK, durable before the stage completes. Those before it still
   * unwrap. After a failure there may be a new version all the same; one too many does no harm.
   */
  CompletionStage<KekVersion> rotate(KekName kek);

  /**
   * Destroys every version of a KEK below {@code oldestKept}, for ever. Again is as good as once.
   * Fails with {@link KekFailure#IMPOSSIBLE} if the KEK or that version does not exist: nothing is
   * ever left without a version that wraps.
   */
  CompletionStage<Void> trim(KekName kek, int oldestKept);

  /** Whether it works now: reached, let in, open. Fails with the reason if not. */
  CompletionStage<Void> check();
}
