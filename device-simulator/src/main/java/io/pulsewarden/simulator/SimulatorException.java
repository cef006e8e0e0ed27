package io.pulsewarden.simulator;

/** What the person at the keyboard has to know; the message says it in one line. */
public final class SimulatorException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public SimulatorException(String message) {
    super(message);
  }

  public SimulatorException(String message, Throwable cause) {
    super(message, cause);
  }
}
