package io.pulsewarden.telemetry.intake;

/** Kafka takes no record of this size, now or later. */
final class TooLargeException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  TooLargeException(Throwable cause) {
    super("a record that Kafka won't take", cause);
  }
}
