package io.pulsewarden.keys.subject;

import io.pulsewarden.secret.SecretBytes;
import java.util.UUID;

/** What there is to say of a subject's key. */
public sealed interface SubjectKey {

  /**
   * In use.
   *
   * @param bytes 32; the receiver's own copy, to be closed
   */
  record Live(UUID id, UUID organisation, SecretBytes bytes) implements SubjectKey {

    /** For a second receiver. */
    Live copy() {
      return new Live(id, organisation, bytes.copy());
    }
  }

  /** Destroyed. */
  record Erased(UUID organisation) implements SubjectKey {}

  /**
   * Its wrapped bytes don't open: changed, moved, or their KEK version is gone. Others are not
   * concerned.
   */
  record Unusable(UUID organisation) implements SubjectKey {}

  /** Never made. */
  record Unknown() implements SubjectKey {}
}
