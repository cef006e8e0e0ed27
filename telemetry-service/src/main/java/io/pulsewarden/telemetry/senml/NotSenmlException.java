package io.pulsewarden.telemetry.senml;

/** JSON, but no SenML pack that we take. The message never has a piece of the payload. */
final class NotSenmlException extends Exception {

  private static final long serialVersionUID = 1L;

  NotSenmlException(String message) {
    super(message);
  }
}
