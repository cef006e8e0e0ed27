package io.pulsewarden.keys.handout;

import io.pulsewarden.secret.SecretBytes;
import java.time.Instant;
import java.util.UUID;

/** The answer to one {@link KeyAsk}. */
sealed interface HandedOut {

  /**
   * A base key.
   *
   * @param key the receiver closes it
   * @param expiresAt when its holder must have forgotten it
   */
  record Key(UUID subjectKeyId, UUID organisation, int epoch, SecretBytes key, Instant expiresAt)
      implements HandedOut {}

  /** The subject key was destroyed. */
  record Erased() implements HandedOut {}

  /** Its wrapped bytes don't open now; the others of the batch are not concerned. */
  record Unusable() implements HandedOut {}

  /** There never was such a subject key. */
  record Unknown() implements HandedOut {}

  /** Not for this caller, or not yet. */
  record Denied() implements HandedOut {}
}
