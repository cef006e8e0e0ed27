package io.pulsewarden.outbox;

import org.jspecify.annotations.Nullable;

/** Kafka took none of the rows; they stay where they are. */
final class OutboxUnsentException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  OutboxUnsentException(@Nullable Throwable cause) {
    super("Kafka took no record", cause);
  }
}
