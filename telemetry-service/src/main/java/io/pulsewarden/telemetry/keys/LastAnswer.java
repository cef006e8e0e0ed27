package io.pulsewarden.telemetry.keys;

import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/** How the last request for keys to key management ended. Thread-safe. */
@Singleton
final class LastAnswer {

  private volatile Standing standing = Standing.NOT_ASKED;

  /** What is known of key management from here. */
  enum Standing {
    NOT_ASKED,
    ANSWERED,
    /** Away, too slow, or it had no keys to give. */
    FAILED
  }

  void ended(@Nullable Throwable failure) {
    standing = failure == null ? Standing.ANSWERED : Standing.FAILED;
  }

  Standing standing() {
    return standing;
  }
}
