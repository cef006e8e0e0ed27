package io.pulsewarden.telemetry.vitals;

/** Bytes that are no vital block. The message never has any of them. */
public final class MalformedBlockException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  MalformedBlockException(String message) {
    super(message);
  }
}
