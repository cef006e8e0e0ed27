package io.pulsewarden.audit.witness;

import java.util.Locale;
import java.util.Optional;

/** What a witness made of a checkpoint. */
sealed interface WitnessAnswer {

  /** The line to add to the note, with its newline. */
  record Cosigned(String line) implements WitnessAnswer {}

  /**
   * It says that it has cosigned more of the log than there is: the log was rolled back or forked.
   *
   * @param shown the checkpoint that it cosigned last, if it shows one; nothing is believed of it
   */
  record Ahead(long size, Optional<String> shown) implements WitnessAnswer {}

  /**
   * It says that this log is not the one that it cosigned before.
   *
   * @param shown as for {@link Ahead}
   */
  record Contradicted(Optional<String> shown) implements WitnessAnswer {}

  /** It said yes, and gave no good cosignature by its own key. */
  record Unsigned() implements WitnessAnswer {}

  /** It answered something else. */
  record Refused(int status) implements WitnessAnswer {}

  /** No answer in time. */
  record Away() implements WitnessAnswer {}

  /** For metrics and logs. */
  default String kind() {
    return getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }
}
