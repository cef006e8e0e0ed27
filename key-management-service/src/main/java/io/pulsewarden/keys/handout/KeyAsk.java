package io.pulsewarden.keys.handout;

import io.pulsewarden.keys.subject.Subject;
import java.util.UUID;

/** One base key that is asked for. Epochs are UTC days since 1970, 0 for a permanent key. */
sealed interface KeyAsk {

  Purpose purpose();

  int epoch();

  /** The subject's current key; made when there is none. */
  record OfSubject(Subject subject, Purpose purpose, int epoch) implements KeyAsk {}

  /** A key that something was sealed with. */
  record ById(UUID subjectKeyId, Purpose purpose, int epoch) implements KeyAsk {}
}
