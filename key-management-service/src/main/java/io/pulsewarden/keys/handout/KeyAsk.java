package io.pulsewarden.keys.handout;

import io.pulsewarden.keys.subject.Subject;
import io.pulsewarden.keys.subject.WantedKey;
import java.util.UUID;

/** One base key that is asked for. Epochs are UTC days since 1970, 0 for a permanent key. */
sealed interface KeyAsk {

  /** The epoch of what must stay the same for ever. */
  int PERMANENT = 0;

  Purpose purpose();

  int epoch();

  /** A key by its subject, made when there is none: the first for epoch 0, else the current one. */
  record OfSubject(Subject subject, Purpose purpose, int epoch) implements KeyAsk {

    WantedKey wanted() {
      return new WantedKey(subject, epoch == PERMANENT);
    }
  }

  /** A key that something was sealed with. */
  record ById(UUID subjectKeyId, Purpose purpose, int epoch) implements KeyAsk {}
}
